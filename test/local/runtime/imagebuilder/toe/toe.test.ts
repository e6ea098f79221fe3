import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOE_PROGRAM } from '../../../../../local/runtime/imagebuilder/image-builder';
import type { Order, Report } from '../../../../../local/runtime/imagebuilder/toe/protocol';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'toe-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Runs the guest program as a machine would, but on this machine. */
async function toe(document: string, further: Partial<Order> = {}) {
  const order: Order = {
    source: 'arn:aws:imagebuilder:eu-west-1:000000000000:component/app/1.0.0/1',
    document: document.replaceAll('$DIR', directory),
    parameters: {},
    phases: ['build'],
    executionId: 'execution',
    folder: join(directory, 'toe'),
    accountId: '000000000000',
    region: 'eu-west-1',
    timeScale: 1000,
    ...further,
  };
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', TOE_PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(order));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const reports = output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Report);
  return {
    exitCode,
    log: reports.flatMap((report) => (report.type === 'log' ? report.text : [])),
    steps: reports.flatMap((report) => (report.type === 'step' ? `${report.step}: ${report.status}` : [])),
    end: reports.find((report) => report.type === 'end'),
  };
}

const document = (...steps: string[]) => `schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n${steps.join('')}`;
const bash = (name: string, script: string, more = '') =>
  `      - name: ${name}\n        action: ExecuteBash\n${more}        inputs:\n          commands:\n            - ${JSON.stringify(script)}\n`;

test('a failed step ends the document and is reported with its last output (D3, D17)', async () => {
  const result = await toe(
    document(bash('Good', 'echo fine'), bash('Bad', 'echo one; echo two >&2; exit 3'), bash('Never', 'true')),
  );
  expect(result.exitCode).toBe(1);
  expect(result.steps).toEqual(['Good: Success', 'Bad: Failed']);
  const failure = {
    phase: 'build',
    step: 'Bad',
    action: 'ExecuteBash',
    message: 'exit status 3',
    lastLines: ['one', 'two'],
  };
  expect(result.end).toEqual({ type: 'end', status: 'Failed', failure: expect.objectContaining(failure) });
  expect(result.log).toEqual(expect.arrayContaining(['Stdout: fine', 'Stderr: two', '  ErrorMessage: exit status 3']));
});

test('leaves its logs in its folder (D14)', async () => {
  await toe(document(bash('Good', 'echo fine')));
  const files = readdirSync(join(directory, 'toe'));
  expect(files).toEqual(
    expect.arrayContaining(['application.log', 'console.log', 'detailedoutput.json', 'document.yaml']),
  );
  expect(readFileSync(join(directory, 'toe/console.log'), 'utf8')).toContain('Stdout: fine');
});

test('continues after a reboot at its place, and repeats the step of exit code 194 (D11)', async () => {
  const text = document(
    bash('Before', 'echo x >> $DIR/before'),
    bash('Kernel', 'if [ -e $DIR/rebooted ]; then echo new; else touch $DIR/rebooted; exit 194; fi'),
    '      - name: Again\n        action: Reboot\n',
    bash('After', "echo '{{ build.Kernel.outputs.stdout }}' > $DIR/after"),
  );
  const runs = [await toe(text), await toe(text), await toe(text)];
  expect(runs.map((run) => run.exitCode)).toEqual([194, 194, 0]);
  expect(runs.map((run) => run.steps)).toEqual([
    ['Before: Success'],
    ['Kernel: Success', 'Again: Success'],
    ['After: Success'],
  ]);
  expect(readFileSync(join(directory, 'before'), 'utf8')).toBe('x\n');
  expect(readFileSync(join(directory, 'after'), 'utf8')).toBe('new\n');
});

test('a reboot in the last step of a phase ends it (D11)', async () => {
  const text = document('      - name: Again\n        action: Reboot\n');
  expect((await toe(text)).exitCode).toBe(194);
  expect((await toe(text)).end).toEqual({ type: 'end', status: 'Success' });
});

test('validate can use the outputs of build (D5)', async () => {
  const text = `${document(bash('Version', 'echo 1.2'))}  - name: validate\n    steps:\n${bash('Check', 'test {{ build.Version.outputs.stdout }} = 1.2')}`;
  expect((await toe(text)).exitCode).toBe(0);
  expect((await toe(text, { phases: ['validate'] })).steps).toEqual(['Check: Success']);
});

test('a loop has one time limit, which starts again with each attempt (D8)', async () => {
  const more = '        timeoutSeconds: 1\n        maxAttempts: 2\n        loop:\n          forEach: ["0.7", "0.7"]\n';
  const result = await toe(document(bash('Slow', 'echo x >> $DIR/turns; sleep {{ loop.value }}', more)));
  expect(result.end).toMatchObject({ status: 'Failed', failure: { message: 'the loop timed out after 1 seconds' } });
  expect(readFileSync(join(directory, 'turns'), 'utf8')).toBe('x\n'.repeat(4));
});

describe('ExecuteDocument (D12)', () => {
  const call = (path: string, more = '') =>
    `      - name: Call\n        action: ExecuteDocument\n        inputs:\n          document: ${path}\n${more}`;

  test('runs another document with parameters, and fails if it fails', async () => {
    const parameters = 'parameters:\n  - Code:\n      type: string\n';
    writeFileSync(
      join(directory, 'inner.yml'),
      `${parameters}${document(bash('Inner', 'echo inside; exit {{ Code }}'))}`,
    );
    const given = (code: number) => `          parameters:\n            - name: Code\n              value: '${code}'\n`;
    expect((await toe(document(call('$DIR/inner.yml', given(0))))).steps).toEqual(['Call: Success']);
    rmSync(join(directory, 'toe'), { recursive: true });
    const { end } = await toe(document(call('$DIR/inner.yml', given(4))));
    const message = `Document ${directory}/inner.yml failed! step 'Inner' in phase 'build': exit status 4`;
    expect(end).toMatchObject({
      failure: { step: 'Call', message, lastLines: expect.arrayContaining(['Stdout: inside']) },
    });
  });

  test('continues inside the document after a reboot', async () => {
    const inner = document(
      bash('Once', 'echo x >> $DIR/once'),
      '      - name: Again\n        action: Reboot\n',
      bash('Last', 'true'),
    );
    writeFileSync(join(directory, 'inner.yml'), inner.replaceAll('$DIR', directory));
    const text = document(call('$DIR/inner.yml'));
    expect((await toe(text)).exitCode).toBe(194);
    expect((await toe(text)).exitCode).toBe(0);
    expect(readFileSync(join(directory, 'once'), 'utf8')).toBe('x\n');
  });

  test('refuses a document that runs itself, and more than three levels', async () => {
    const path = join(directory, 'self.yml');
    writeFileSync(path, document(call(path)));
    expect((await toe(document(call(path)))).end).toMatchObject({
      failure: { message: expect.stringContaining('runs itself') },
    });
    rmSync(join(directory, 'toe'), { recursive: true });
    for (const level of [1, 2, 3])
      writeFileSync(join(directory, `${level}.yml`), document(call(join(directory, `${level + 1}.yml`))));
    writeFileSync(join(directory, '4.yml'), document(bash('Deep', `touch ${directory}/deep`)));
    const { end } = await toe(document(call(join(directory, '1.yml'))));
    expect(end).toMatchObject({ failure: { message: expect.stringContaining('at most 3 levels deep') } });
    expect(existsSync(join(directory, 'deep'))).toBe(false);
  });
});
