import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MarkedStream } from '../../../local/runtime/codebuild/marked-stream';
import { readReport } from '../../../local/runtime/imagebuilder/run-component';
import { readFromFunction } from '../../../local/runtime/lambda/messages';
import { readToHost } from '../../../local/runtime/sandbox/channel';
import { damaged, Random } from '../../rig/random';
import { describeWithSandbox, type SandboxRig, sandboxRig, shell } from '../../rig/sandbox';
import { until } from '../../rig/until';

jest.setTimeout(15_000);

const VALID: Readonly<Record<string, { read(line: string): object | undefined; messages: readonly string[] }>> = {
  'the init of a machine': {
    read: readToHost,
    messages: [
      '{"op":"output","id":1,"stream":"stdout","chunk":"text"}',
      '{"op":"exit","id":1,"exitCode":null,"signal":"SIGKILL"}',
      '{"op":"listening","port":8080}',
      '{"op":"ending","why":"powered-off"}',
    ],
  },
  'a function': {
    read: readFromFunction,
    messages: [
      '{"type":"result","payload":"{}","maxRssKilobytes":1}',
      '{"type":"error","error":{"errorType":"a","errorMessage":"b","trace":["c"]},"fatal":true,"maxRssKilobytes":1}',
      '{"type":"log","text":"line"}',
    ],
  },
  'the program that runs components': {
    read: (line) => {
      try {
        return readReport(line);
      } catch (error) {
        expect(String(error)).toContain('malformed report');
        return undefined;
      }
    },
    messages: [
      '{"type":"step","status":"Failed","phase":"a","step":"b","action":"c","message":"d","lastLines":["e"]}',
      '{"type":"end","status":"Failed","failure":{"phase":"a","step":"b","action":"c","lastLines":[]}}',
    ],
  },
};

describe.each(Object.entries(VALID))('1,000 damaged messages of %s', (_sender, { read, messages }) => {
  test('are refused, or have every field that a valid one has', () => {
    const random = new Random(20261128);
    let refused = 0;
    for (let number = 0; number < 1000; number++) {
      const message = read(damaged(random.pick(messages), random));
      if (!message) refused++;
      else expect(messages.some((valid) => hasShape(message, JSON.parse(valid) as object))).toBe(true);
    }
    expect(refused).toBeGreaterThan(500);
  });
});

/** Optional fields of the valid message may be missing. */
function hasShape(message: object, valid: object): boolean {
  const optional = ['signal', 'message', 'failure', 'trace'];
  return Object.entries(valid).every(([name, expected]) => {
    const actual = (message as Record<string, unknown>)[name];
    if (actual === undefined) return optional.includes(name);
    if (expected === null || actual === null) return name === 'exitCode';
    return typeof actual === typeof expected && Array.isArray(actual) === Array.isArray(expected);
  });
}

test('1,000 pieces of output with halves of marks lose no text, and keep no more than a mark', () => {
  const random = new Random(20261128);
  const pieces = ['\x1e', '\x1enonce ', '\x1enonce done 0\x1e', 'nonce', ' done', 'x'.repeat(100), '\n'];
  let text = '';
  let marks = 0;
  let written = '';
  const stream = new MarkedStream('nonce', { text: (part) => (text += part), mark: () => marks++ });
  for (let number = 0; number < 1000; number++) {
    const piece = random.pick(pieces);
    written += piece;
    stream.write(piece);
    expect(stream['rest'].length).toBeLessThan(200);
  }
  expect(marks).toBeGreaterThan(10);
  expect(written.replaceAll(/[^x]/g, '').length - text.replaceAll(/[^x]/g, '').length).toBeLessThanOrEqual(marks * 100);
});

/** Takes the channel from the init by `pidfd_getfd`, as root inside can, and writes `bytes` to it. */
const writeToChannel = (bytes: string) => `perl -e '
  for my $dir (glob("/proc/[0-9]*")) {
    my $pid = substr($dir, 6);
    open(my $file, "<", "$dir/cmdline") or next;
    next unless <$file> =~ /init\\.js/;
    my $process = syscall(434, $pid + 0, 0);
    my $channel = syscall(438, $process, 3, 0);
    die "no channel: $!" if $channel < 0;
    open(my $out, ">&=", $channel);
    my ($left, $text) = (length(${bytes}), ${bytes});
    while ($left > 0) { $left -= syswrite($out, $text, $left, length($text) - $left) // 0 }
  }'`;

describeWithSandbox('a machine that writes to its own channel', () => {
  let rig: SandboxRig;
  beforeAll(() => {
    rig = sandboxRig();
  });
  afterAll(() => rig.end());

  test.each([
    ['no JSON', '"hello\\n"', 'it sent a malformed message'],
    ['JSON of another kind', '"{\\"op\\":\\"constructor\\"}\\n"', 'it sent a malformed message'],
    ['a line without an end', '"x" x 4000000', 'it sent a message without an end'],
  ])('is ended, and no other machine: %s', async (_what, bytes, reason) => {
    const neighbour = await rig.sandboxes.boot(rig.spec('neighbour'));
    const machine = await rig.sandboxes.boot(rig.spec('writer'));
    machine.socket(8080);
    const outcome = machine.exec({ command: ['bash', '-c', `${writeToChannel(bytes)}; sleep 100`] });
    await expect(outcome).rejects.toThrow(`machine writer ended while a command ran in it: ${reason}`);
    expect(await machine.ended).toBe('crashed');
    expect(await shell(neighbour, 'echo alive')).toEqual({ output: 'alive\n', exitCode: 0 });
    await neighbour.kill();
  });

  test('cannot lead a connection of the host to another socket by a link', async () => {
    const spec = rig.spec('linker');
    const machine = await rig.sandboxes.boot(spec);
    const command = `ln -s /run/other.sock /run/host/port-9090
      kill -STOP $(pgrep -f '^/run/guest/node /run/guest/init'); touch /stopped
      while :; do ${writeToChannel('"{\\"op\\":\\"listening\\",\\"port\\":9090}\\n"')}; sleep 0.05; done`;
    const outcome = expect(machine.exec({ command: ['bash', '-c', command] })).rejects.toThrow(
      'port-9090 is not a socket',
    );
    await until(async () => existsSync(join(spec.writable, 'files/rest/stopped')), 20);
    machine.socket(9090);
    await outcome;
    expect(await machine.ended).toBe('crashed');
  });
});
