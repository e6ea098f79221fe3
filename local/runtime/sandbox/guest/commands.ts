import { type ChildProcess, spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import type { Clock } from '../../../kernel/clock';
import { messageOf } from '../../../kernel/failure';
import { type Flow, hold } from '../../../kernel/lines';
import type { ExecOrder, ToHost } from '../channel';
import { type Account, accountOf } from './accounts';
import { type OutputPipe, outputPipe } from './pipes';
import { BASIC_ENVIRONMENT, signalGroup } from './processes';

export interface CommandsOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Users other than root do not exist, see `Capability.uidRange`. */
  readonly singleUid: boolean;
  send(message: ToHost): Flow;
}

/** Milliseconds that a background process may hold on to the output of a command that has exited. */
const LINGER_MS = 250;

/** Runs commands from outside, each in its own session. */
export class Commands {
  private readonly running = new Map<number, ChildProcess>();

  constructor(private readonly options: CommandsOptions) {}

  run(order: ExecOrder): void {
    try {
      this.start(order);
    } catch (error) {
      this.fail(order.id, messageOf(error), 126);
    }
  }

  kill(id: number): void {
    const child = this.running.get(id);
    if (child?.pid) signalGroup(child.pid, 'SIGKILL');
  }

  private start(order: ExecOrder): void {
    const { id } = order;
    const account = accountOf(order.user ?? 'root');
    const home = { HOME: account.home, USER: account.name, LOGNAME: account.name };
    const environment = { ...BASIC_ENVIRONMENT, ...home, ...this.options.environment, ...order.environment };
    const command = account.uid === 0 || this.options.singleUid ? order.command : asUser(account, order.command);
    const pipes = { stdout: outputPipe(), stderr: outputPipe() };
    const child = spawn(command[0] as string, command.slice(1), {
      cwd: order.directory,
      env: environment,
      detached: true,
      stdio: ['pipe', pipes.stdout.descriptor, pipes.stderr.descriptor],
    });
    this.running.set(id, child);
    this.forward(id, child, pipes);
    child.once('error', (error: NodeJS.ErrnoException) => {
      this.fail(id, `${command[0]}: ${describe(error, order.directory)}`, error.code === 'ENOENT' ? 127 : 126);
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(order.input ?? '');
  }

  private forward(id: number, child: ChildProcess, pipes: Record<'stdout' | 'stderr', OutputPipe>): void {
    const { send, clock } = this.options;
    let open = 2;
    let ended = (): void => undefined;
    for (const stream of ['stdout', 'stderr'] as const) {
      pipes[stream].handOver();
      const decoder = new StringDecoder('utf8');
      pipes[stream].reader.on('data', (bytes: Buffer) => {
        const chunk = decoder.write(bytes);
        const flow = chunk ? send({ op: 'output', id, stream, chunk }) : undefined;
        if (flow) hold(pipes[stream].reader, flow);
      });
      pipes[stream].reader.once('close', () => {
        if (--open === 0) ended();
      });
    }
    child.once('exit', (exitCode, signal) => {
      const finish = () => {
        if (this.running.delete(id)) send({ op: 'exit', id, exitCode, signal: signal ?? undefined });
      };
      if (open === 0) return finish();
      ended = finish;
      clock.limit(LINGER_MS, finish);
    });
  }

  private fail(id: number, reason: string, exitCode: number): void {
    this.running.delete(id);
    this.options.send({ op: 'output', id, stream: 'stderr', chunk: `${reason}\n` });
    this.options.send({ op: 'exit', id, exitCode });
  }
}

/** By `setpriv`, which sets supplementary groups as a login would. */
function asUser({ uid, gid }: Account, command: readonly string[]): string[] {
  return ['setpriv', '--reuid', String(uid), '--regid', String(gid), '--init-groups', '--', ...command];
}

function describe(error: NodeJS.ErrnoException, directory: string): string {
  if (error.code === 'ENOENT') return `not found (in directory ${directory})`;
  return error.code === 'EACCES' ? 'not executable' : error.message;
}
