import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Clock } from '../../kernel/clock';
import { messageOf } from '../../kernel/failure';
import { eachLine, type Flow } from '../../kernel/lines';
import type { ExecRequest, ExecResult, Machine, MachineEnd } from '../../kernel/machines';
import {
  type BootOrder,
  type Channel,
  limitsOfGuest,
  openChannel,
  readToHost,
  type ToGuest,
  type ToHost,
} from './channel';
import { PortSockets } from './port-sockets';
import type { SocketDirectory } from './socket-directory';

export interface RunningMachineOptions {
  readonly id: string;
  /** The outermost process of the machine; its descriptor 3 is the channel. All ends with it. */
  readonly process: ChildProcess;
  readonly order: BootOrder;
  readonly clock: Clock;
  /** Directory of the sockets into the machine. Both directories are closed at the machine's end. */
  readonly ports: SocketDirectory;
  /** Directory of sockets that the machine shares. */
  readonly inside: SocketDirectory;
  onConsole(line: string): void;
  /** Runs once nothing of the machine is left, before `ended` resolves. */
  cleanUp(): Promise<void>;
}

/**
 * A machine that prints faster is slowed down, because this process also serves the load balancers: 200 MB take about
 * 15 s, and leave it most of its time.
 */
const MOST_CHARACTERS_A_MILLISECOND = 24 * 1024;

interface Running {
  readonly request: ExecRequest;
  readonly resolve: (result: ExecResult) => void;
  readonly reject: (error: Error) => void;
}

/** This side of a machine: talks to its init over the channel. */
export class RunningMachine implements Machine {
  readonly id: string;
  readonly ended: Promise<MachineEnd>;
  private readonly channel: Channel<ToGuest>;
  private readonly ports: PortSockets;
  private readonly running = new Map<number, Running>();
  private readonly lastWords: string[] = [];
  private nextId = 1;
  private crashed = '';
  private why: MachineEnd | undefined;
  private ready: (() => void) | undefined;

  constructor(private readonly options: RunningMachineOptions) {
    this.id = options.id;
    const { process } = options;
    this.channel = openChannel<ToGuest>(
      process.stdio[3] as unknown as Socket,
      (line) => this.hear(line),
      limitsOfGuest(() => this.crash('it sent a message without an end')),
    );
    // A killed machine breaks its channel; its exit event reports the end.
    (process.stdio[3] as unknown as Socket).on('error', () => undefined);
    this.ports = new PortSockets(options.ports, options.inside, (port) => this.channel.send({ op: 'listen', port }));
    for (const stream of [process.stdout, process.stderr]) if (stream) eachLine(stream, (line) => this.print(line));
    this.ended = new Promise((resolve) => {
      process.once('close', () => void this.end().then(resolve));
    });
  }

  /** Resolves when the init answers; rejects with the machine's output if it ends before. */
  async boot(): Promise<void> {
    const ready = new Promise<true>((resolve) => {
      this.ready = () => resolve(true);
    });
    this.channel.send({ op: 'boot', ...this.options.order });
    if ((await Promise.race([ready, this.ended])) !== true) {
      throw new Error(`machine ${this.id} did not boot: ${this.lastWords.join('; ') || 'it ended without a message'}`);
    }
  }

  exec(request: ExecRequest): Promise<ExecResult> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      if (request.signal?.aborted) return reject(request.signal.reason);
      if (this.why) return reject(new Error(`machine ${this.id} has ended`));
      const kill = () => this.channel.send({ op: 'kill', id });
      request.signal?.addEventListener('abort', kill, { once: true });
      const finish = () => {
        this.running.delete(id);
        request.signal?.removeEventListener('abort', kill);
      };
      this.running.set(id, {
        request,
        resolve: (result) => {
          finish();
          resolve(result);
        },
        reject: (error) => {
          finish();
          reject(error);
        },
      });
      const { command, environment = {}, directory = '/', user, input } = request;
      this.channel.send({ op: 'exec', id, command, environment, directory, user, input });
    });
  }

  socket(port: number): string {
    return this.ports.path(port);
  }

  async shutdown(graceMilliseconds: number): Promise<void> {
    const cancel = this.options.clock.limit(graceMilliseconds, () => void this.kill());
    this.channel.send({ op: 'shutdown' });
    await this.ended;
    cancel();
  }

  async kill(): Promise<void> {
    this.why ??= 'killed';
    this.options.process.kill('SIGKILL');
    await this.ended;
  }

  /** Everything inside can write to the channel. A message that the init cannot have sent ends this machine, and no more. */
  private hear(line: string): Flow {
    const message = readToHost(line);
    if (!message) return this.crash('it sent a malformed message');
    try {
      return this.receive(message);
    } catch (error) {
      return this.crash(messageOf(error));
    }
  }

  private crash(reason: string): undefined {
    this.why ??= 'crashed';
    this.crashed = `: ${reason}`;
    this.print(`the machine is ended${this.crashed}`);
    this.options.process.kill('SIGKILL');
  }

  private receive(message: ToHost): Flow {
    switch (message.op) {
      case 'ready':
        return void this.ready?.();
      case 'console':
        return this.print(message.line);
      case 'output':
        this.running.get(message.id)?.request.onOutput?.(message.chunk, message.stream);
        return this.othersTurn(message.chunk.length);
      case 'exit':
        return void this.running.get(message.id)?.resolve({ exitCode: message.exitCode, signal: message.signal });
      case 'listening':
        return void this.ports.listening(message.port);
      case 'ending':
        this.why ??= message.why;
        return undefined;
    }
  }

  private print(line: string): Flow {
    this.lastWords.push(line);
    if (this.lastWords.length > 5) this.lastWords.shift();
    this.options.onConsole(line);
    return this.othersTurn(line.length);
  }

  /** Yields to other work after each piece of output, and longer after a large one. */
  private othersTurn(characters: number): Promise<void> {
    const milliseconds = Math.floor(characters / MOST_CHARACTERS_A_MILLISECOND);
    return new Promise((resolve) => {
      if (milliseconds > 0) this.options.clock.limit(milliseconds, resolve);
      else setImmediate(resolve);
    });
  }

  private async end(): Promise<MachineEnd> {
    this.why ??= 'crashed';
    this.channel.end();
    this.ports.close();
    for (const { reject } of [...this.running.values()])
      reject(new Error(`machine ${this.id} ended while a command ran in it${this.crashed}`));
    await this.options.cleanUp();
    return this.why;
  }
}
