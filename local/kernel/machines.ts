/** Machines, as the sandbox boots them and as builds, bakes and instances use them. */
import type { Duplex, Readable } from 'node:stream';
import type { Credentials } from './principal';

export interface Machines {
  /** Resolves when commands can run inside; units and user data follow by themselves. */
  boot(spec: MachineSpec): Promise<Machine>;
  /** Removes a directory of machines' files, with any owner inside. A missing directory is no error. */
  remove(path: string): Promise<void>;
}

/** Specification of a machine. */
export interface MachineSpec {
  /** `i-…`, a build's id. Unique among running machines. */
  readonly id: string;
  /** Directories of layers, nearest first; below them is this machine's own root. */
  readonly layers: readonly string[];
  /** Directory for this machine's changed files. Created if it is missing, and kept after the end. */
  readonly writable: string;
  /**
   * `private`: its own loopback only, from which the endpoint and the metadata service are reachable (instances, bakes).
   * `outbound`: its own loopback with the endpoint, and an HTTP proxy to other machines (builds).
   * `host`: this machine's network (functions).
   */
  readonly network: 'private' | 'outbound' | 'host';
  /**
   * `units`: starts the systemd units that its layers enable, then runs the user data. `none`: starts nothing; `exec`
   * runs commands, and `systemctl start` inside starts units.
   */
  readonly init: 'units' | 'none';
  /** For everything that runs inside. `AWS_ENDPOINT_URL` is set already. */
  readonly environment: Readonly<Record<string, string>>;
  readonly hostname?: string;
  /** Limit of all that runs inside, at most half of this machine's memory, which is also the default. */
  readonly memoryMegabytes?: number;
  readonly mounts?: readonly Mount[];
  /** Answers IMDSv2 at 169.254.169.254 inside; `private` network only. */
  readonly metadata?: MetadataSource;
  /** Called for each line of the machine's console, without its newline. */
  onConsole?(line: string): void;
}

/** Single processes in sandboxes, as functions use them. */
export interface Processes {
  /** Starts a process, with nothing else inside. */
  run(spec: ProcessSpec): Promise<GuestProcess>;
}

/** Specification of a single process in a sandbox. */
export interface ProcessSpec {
  /** Unique among running machines and processes. */
  readonly id: string;
  /** The program and its arguments. No shell. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly mounts: readonly Mount[];
  /** As of a machine. */
  readonly memoryMegabytes?: number;
  /** Size of `/tmp`. */
  readonly temporaryMegabytes: number;
}

/** A single process in a sandbox. Its descriptor 3 is a socket. All that it started ends with it. */
export interface GuestProcess {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** This side of descriptor 3. */
  readonly channel: Duplex;
  /** Resolves when nothing of it is left. */
  readonly ended: Promise<ExecResult>;
  kill(): Promise<void>;
}

/** A file or directory of this machine, shown inside at `target`. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly?: boolean;
}

/** Data of the metadata service of one instance. Read at every request. */
export interface MetadataSource {
  readonly instanceId: string;
  readonly imageId: string;
  readonly region: string;
  readonly accountId: string;
  readonly availabilityZone: string;
  readonly instanceType: string;
  readonly architecture: string;
  readonly privateIp: string;
  readonly launchTime: Date;
  /** Text, not encoded. */
  readonly userData?: string;
  /** False lets version 1 of the service in: questions without a token. */
  readonly tokenRequired?: boolean;
  /** Credentials of the role in the instance profile; undefined without one. */
  credentials(): RoleCredentials | undefined;
  /** The instance's own identity, with which `cfn-signal` signs (F19). */
  identityCredentials?(): Credentials | undefined;
  /** Undefined if `InstanceMetadataTags` is not enabled. */
  tags(): Readonly<Record<string, string>> | undefined;
}

export interface RoleCredentials {
  readonly roleName: string;
  readonly instanceProfileArn: string;
  readonly instanceProfileId: string;
  readonly credentials: Credentials;
}

/** A running machine. */
export interface Machine {
  readonly id: string;
  /** Runs a command inside, as root by default, or as `user`. Rejects if the machine ends before the command. */
  exec(request: ExecRequest): Promise<ExecResult>;
  /**
   * Path of a Unix socket on this side that connects to `127.0.0.1:port` inside. It can be connected to at once; where
   * nothing listens inside, the connection is closed without a byte.
   */
  socket(port: number): string;
  /** Resolves when all processes of the machine have ended. */
  readonly ended: Promise<MachineEnd>;
  /**
   * Stops the units by their settings, then the other processes; after `graceMilliseconds` the remaining ones are
   * killed.
   */
  shutdown(graceMilliseconds: number): Promise<void>;
  kill(): Promise<void>;
}

/** Why a machine ended: asked from outside, `poweroff` from inside, or its init died. */
export type MachineEnd = 'shut-down' | 'killed' | 'powered-off' | 'crashed';

export interface ExecRequest {
  /** The program and its arguments. No shell. */
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Default `/`. */
  readonly directory?: string;
  /** A user's name inside. */
  readonly user?: string;
  /** All of standard input, which is empty otherwise. */
  readonly input?: string;
  onOutput?(chunk: string, stream: 'stdout' | 'stderr'): void;
  /** Kills the command and its session. */
  readonly signal?: AbortSignal;
}

/** `exitCode` is null if a signal ended the command. 127: not found; 126: not executable. */
export interface ExecResult {
  readonly exitCode: number | null;
  readonly signal?: string;
}
