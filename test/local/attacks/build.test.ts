import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readZip, writeZip, type ZipSource } from '../../../local/kernel/zip';
import { describeWithSandbox, type SandboxRig, sandboxRig } from '../../rig/sandbox';
import { until } from '../../rig/until';
import { type BuildRig, buildRig, projectSpec } from '../runtime/codebuild/build-rig';

jest.setTimeout(60_000);

const SECRET = 'a secret of the host\n';

describeWithSandbox('a hostile build', () => {
  let sandbox: SandboxRig;
  let rig: BuildRig;
  let host: string;
  beforeAll(() => {
    sandbox = sandboxRig();
  });
  beforeEach(() => {
    host = mkdtempSync(join(tmpdir(), 'host-'));
    writeFileSync(join(host, 'file'), SECRET);
    mkdirSync(join(host, 'directory'));
    rig = buildRig({ machines: sandbox.sandboxes });
    rig.codeBuild.projects.create(projectSpec({ cache: { type: 'LOCAL', modes: ['LOCAL_CUSTOM_CACHE'] } }));
  });
  afterEach(async () => {
    expect(readFileSync(join(host, 'file'), 'utf8')).toBe(SECRET);
    expect(readdirSync(host).sort()).toEqual(['directory', 'file']);
    expect(readdirSync(join(host, 'directory'))).toEqual([]);
    rmSync(host, { recursive: true });
    await rig.end();
  });
  afterAll(() => sandbox.end());

  async function start(buildspec: string, source: ZipSource[] = []) {
    const data = Buffer.from(buildspec);
    const spec: ZipSource = { path: 'buildspec.yml', kind: 'file', mode: 0o644, data };
    const own = source.some(({ path }) => path === spec.path) ? [] : [spec];
    rig.objects.set('bucket/source.zip', await writeZip([...own, ...source]));
    return rig.codeBuild.start({
      projectName: 'app',
      sources: [{ name: 'Source', bucket: 'bucket', key: 'source.zip' }],
      artifacts: [{ name: 'App', bucket: 'bucket', key: 'out/App' }],
      sourceVersion: 'arn:aws:s3:::bucket/source.zip',
      resolvedSourceVersion: 'c'.repeat(40),
      initiator: 'codepipeline/app',
    });
  }

  async function build(buildspec: string, source: ZipSource[] = []) {
    return (await start(buildspec, source)).done;
  }

  const link = (path: string, target: string): ZipSource => {
    return { path, kind: 'link', mode: 0o777, data: Buffer.from(target) };
  };

  const spec = (commands: string[], further: string) => `version: 0.2
env:
  exported-variables: [X]
phases:
  build:
    commands:
${commands.map((command) => `      - ${JSON.stringify(command)}`).join('\n')}
${further}`;
  const ARTIFACTS = "artifacts:\n  files: ['**/*']\n";

  async function artifact(): Promise<string> {
    const archive = rig.objects.get('bucket/out/App');
    if (!archive) return '';
    const contents = await Promise.all(readZip(archive).map((member) => member.read()));
    return contents.join('\n');
  }

  test.each(['script.sh', 'state.sh', 'inner.sh', 'outer.sh', 'commands', 'closed', 'value-X'])(
    'that puts a link in place of its control file %s has the host write and read nothing',
    async (name) => {
      const plant = `rm -f /codebuild/output/tmp/${name}; ln -s ${host}/file /codebuild/output/tmp/${name}; export X=mine`;
      const outcome = await build(spec([plant, 'true'], ARTIFACTS));
      expect(JSON.stringify(outcome)).not.toContain('secret');
      expect(await artifact()).not.toContain('secret');
    },
  );

  test('that breaks the pipe by which its shell answers can be stopped', async () => {
    const { buildId, done } = await start(spec(['rm -f /codebuild/output/tmp/marks; echo broken', 'true'], ARTIFACTS));
    await until(async () => rig.lines.includes('broken'), 20);
    await rig.codeBuild.stopBuild(buildId);
    expect((await done).status).toBe('STOPPED');
  });

  test('that puts a link in place of its base directory is refused', async () => {
    const outcome = await build(
      spec(['rm -rf out', `ln -s ${host} out`], "artifacts:\n  base-directory: out\n  files: ['**/*']\n"),
    );
    expect(outcome).toMatchObject({
      status: 'FAILED',
      failure: { message: expect.stringMatching(`the base directory out leads to ${host}, outside of the source`) },
    });
  });

  test('that puts a link above its base directory is refused', async () => {
    const outcome = await build(
      spec([`ln -s ${host}/.. up`], `artifacts:\n  base-directory: up/${host.split('/').at(-1)}\n  files: ['**/*']\n`),
    );
    expect(outcome.failure?.message).toMatch('outside of the source');
  });

  test('that links to a file of the host in its artifact is refused', async () => {
    const outcome = await build(spec([`ln -s ${host}/file stolen`], ARTIFACTS));
    expect(outcome.failure?.message).toMatch(`the link stolen leads to ${host}/file, outside of the source`);
  });

  test('that puts a link where its files outside of the source are copied to is refused', async () => {
    const commands = ['mkdir /tmp/out; echo mine > /tmp/out/file', `ln -s ${host} /codebuild/output/tmp/artifact-0`];
    const outcome = await build(spec(commands, "artifacts:\n  base-directory: /tmp/out\n  files: ['**/*']\n"));
    expect(outcome.status).toBe('FAILED');
    expect(await artifact()).not.toContain('secret');
  });

  test('that exchanges files and links while its artifact is read gives away nothing', async () => {
    const race = `(while :; do rm -rf out/x; ln -s ${host}/file out/x; rm -f out/x; echo mine > out/x; rm -rf out/y; ln -s ${host} out/y; rm -f out/y; mkdir out/y; done > /dev/null 2>&1 &)`;
    for (let attempt = 0; attempt < 5; attempt++) {
      await build(spec(['rm -rf out; mkdir out; for i in $(seq 200); do echo $i > out/f$i; done', race], ARTIFACTS));
      expect(await artifact()).not.toContain('secret');
    }
  });

  test('that fills its artifact with pipes, sockets and devices is packed without them', async () => {
    const outcome = await build(
      spec(['mkdir out; mkfifo out/pipe; ln -s pipe out/link; echo mine > out/file'], ARTIFACTS),
    );
    expect(outcome.status).toBe('SUCCEEDED');
    expect(readZip(rig.objects.get('bucket/out/App')!).map(({ path }) => path)).toEqual(['buildspec.yml', 'out/file']);
  });

  test('that caches a path below a link of its repository is refused', async () => {
    const caching = `${spec(['true'], ARTIFACTS)}cache:\n  paths: ['deps/directory/made/**/*']\n`;
    const outcome = await build(caching, [link('deps', host)]);
    expect(outcome.failure?.message).toMatch('the cache path deps/directory/made is, or is below, a link');
  });

  test('whose buildspec is a link to a file of the host has none', async () => {
    const outcome = await build('', [link('buildspec.yml', join(host, 'file'))]);
    expect(outcome.failure?.message).toBe('YAML file does not exist');
  });

  test('whose repository changes a link into a directory has its files written there, and not through the link', async () => {
    const file: ZipSource = { path: 'x/made', kind: 'file', mode: 0o644, data: Buffer.from('mine') };
    expect((await build(spec(['true'], ARTIFACTS), [link('x', '..')])).status).toBe('FAILED');
    expect((await build(spec(['cat x/made'], ARTIFACTS), [file])).status).toBe('SUCCEEDED');
    expect(await artifact()).toContain('mine');
  });

  test('that exports more than the runtime takes is refused', async () => {
    const outcome = await build(spec(['export X=$(head -c 3000000 /dev/zero | tr "\\0" x)'], ARTIFACTS));
    expect(outcome.status).not.toBe('SUCCEEDED');
  });

  test('that forges the end of its commands ends alone', async () => {
    const outcome = await build(
      spec(
        [
          `for p in /proc/[0-9]*; do n=$(tr '\\0' '\\n' < $p/cmdline 2>/dev/null | grep -xE '[0-9a-f]{16}' | head -1); [ -z "$n" ] || printf '\\036%s done x\\036' $n; done`,
        ],
        ARTIFACTS,
      ),
    );
    expect(outcome.status).not.toBe('IN_PROGRESS');
    expect((await build(spec(['true'], ARTIFACTS))).status).toBe('SUCCEEDED');
  });
});
