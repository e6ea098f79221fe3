import { chmodSync, closeSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import { NotSupportedLocally } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import type { Machine, MachineSpec } from '../../kernel/machines';
import { DEVICES, prepareBase } from './base';
import { bootScript } from './boot-script';
import { bindMounts, type FileSystemPlan, fstab, parts, treeMounts } from './file-system';
import { type GuestFiles, outsideNode, prepareGuestFiles } from './guest-files';
import { commitLayer, type LayerSummary } from './layers';
import { metadataServer } from './metadata';
import { type Capability, probe } from './probe';
import { relay } from './relay';
import { recordMachine, removeRemains, removeTree } from './remains';
import { RunningMachine } from './running-machine';
import { checkStateDirectory } from './state-directory';
import { refuseUserData } from './user-data';
import { spawnAsRoot } from './user-namespace';

export interface SandboxesOptions {
  /** Directory of all sandbox files. See `checkStateDirectory` for its limits. */
  readonly directory: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
  /** The local AWS endpoint on this machine, reachable inside as `http://127.0.0.1:<the same port>`. */
  endpoint(): { port: number };
  /** Further programs for inside, by name: TypeScript entry files, bundled to `/run/guest/<name>.js`. */
  readonly programs?: Readonly<Record<string, string>>;
}

/** Machines have this host's Node.js: the SDK's advice about its version does not belong into an instance's output. */
const SURROUNDINGS = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

/** Builds and bakes yield to serving processes: load balancers and instances. */
const BESIDE = ['nice', '-n', '10'];

/** Resources that all machines share. */
interface Shared {
  readonly capability: Capability & { supported: true };
  readonly guest: GuestFiles;
  readonly base: string;
}

/**
 * Boots machines on this one: PID, mount, network, UTS and IPC namespaces, with layers of files over this machine's own
 * root. Every machine ends with this process, however it ends.
 */
export class Sandboxes {
  private readonly machines = new Map<string, RunningMachine>();
  private prepared: Promise<Shared> | undefined;

  constructor(private readonly options: SandboxesOptions) {
    checkStateDirectory(options.directory);
  }

  /** Resolves when commands can run inside; units and user data follow by themselves. */
  async boot(spec: MachineSpec): Promise<Machine> {
    refuseUserData(spec.metadata?.userData);
    checkStateDirectory(spec.writable, 'writable directory of a machine');
    if (this.machines.has(spec.id)) throw new Error(`machine ${spec.id} runs already`);
    const shared = await this.shared();
    const directory = join(this.options.directory, 'machines', spec.id.replace(/[^\w.-]/g, '-'));
    const privileges = shared.capability.privileges;
    await removeTree(directory, privileges);
    mkdirSync(join(directory, 'root'), { recursive: true });
    // Only root inside may use the sockets.
    mkdirSync(join(directory, 'host'), { mode: 0o700 });
    await removeTree(join(spec.writable, 'work'), privileges);
    makeParts(spec.writable);
    this.writeBoot(spec, shared, directory);
    return this.start(spec, shared, directory);
  }

  /** Ends the remains of a killed runtime, and removes its directories. Machines do not survive their runtime. */
  async recover(): Promise<void> {
    const { directory, clock, bus } = this.options;
    const capability = await probe(directory);
    if (!capability.supported) return;
    const machines = join(directory, 'machines');
    for (const name of await removeRemains(machines, capability.privileges, clock)) {
      bus.emit({ type: 'interruption-found', what: `machine ${name}`, consequence: 'its remains were removed' });
    }
    const shared = await this.shared();
    const kept = [shared.base, join(shared.guest.programs, '..')];
    for (const name of readdirSync(directory).filter((name) => /^(base|guest|probe)-/.test(name))) {
      if (!kept.includes(join(directory, name))) await removeTree(join(directory, name), capability.privileges);
    }
  }

  /** Kills every machine. */
  async stop(): Promise<void> {
    await Promise.all([...this.machines.values()].map((machine) => machine.kill()));
  }

  /** Removes a directory of layers or changed files, with files of any owner. */
  async remove(path: string): Promise<void> {
    await removeTree(path, (await this.shared()).capability.privileges);
  }

  /** See `commitLayer`. */
  async commit(writable: string, layer: string): Promise<LayerSummary> {
    return commitLayer(writable, layer, (await this.shared()).capability.privileges);
  }

  private shared(): Promise<Shared> {
    this.prepared ??= this.prepare();
    return this.prepared;
  }

  private async prepare(): Promise<Shared> {
    const { directory, programs } = this.options;
    const capability = await probe(directory);
    if (!capability.supported) throw new NotSupportedLocally('A sandbox on this machine', capability.reason);
    const node = outsideNode();
    const guest = await prepareGuestFiles({ directory, programs, node, singleUid: !capability.uidRange });
    return { capability, guest, base: prepareBase(directory, capability.privileges) };
  }

  private writeBoot(spec: MachineSpec, shared: Shared, directory: string): void {
    const rootless = shared.capability.mode !== 'root';
    const { layers, writable, mounts = [], network, hostname = 'localhost' } = spec;
    const { base, guest } = shared;
    const plan: FileSystemPlan = {
      layers,
      writable,
      mounts,
      base,
      guest,
      rootless,
      machine: directory,
      outsideNode: outsideNode(),
    };
    writeFileSync(join(directory, 'tree.fstab'), fstab(treeMounts(plan)));
    writeFileSync(join(directory, 'binds.fstab'), fstab(bindMounts(plan, DEVICES)));
    const script = bootScript({ machine: directory, base, hostname, network, mounts, realRoot: !rootless });
    writeFileSync(join(directory, 'boot.sh'), script);
  }

  private async start(spec: MachineSpec, shared: Shared, directory: string): Promise<Machine> {
    const { clock } = this.options;
    const { port } = this.options.endpoint();
    const host = openSync(join(directory, 'host'), 'r');
    // A socket's address has at most 107 characters; this name for the directory is always short enough.
    const sockets = `/proc/${process.pid}/fd/${host}`;
    const servers = spec.network === 'private' ? this.serve(spec, sockets, port) : [];
    const child = await spawnAsRoot(
      shared.capability.privileges,
      [
        ...(spec.network === 'host' ? BESIDE : []),
        'unshare',
        '--mount',
        '--pid',
        '--fork',
        '--kill-child',
        '--uts',
        '--ipc',
        ...(spec.network === 'private' ? ['--net'] : []),
        'bash',
        join(directory, 'boot.sh'),
      ],
      ['ignore', 'pipe', 'pipe', 'pipe'],
    );
    recordMachine(directory, child.pid ?? 0, spec.writable);
    const machine = new RunningMachine({
      id: spec.id,
      process: child,
      clock,
      sockets,
      order: {
        network: spec.network,
        init: spec.init,
        instanceId: spec.metadata?.instanceId ?? spec.id,
        environment: { ...SURROUNDINGS, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, ...spec.environment },
        endpointPort: port,
        metadata: spec.metadata !== undefined && spec.network === 'private',
        userData: spec.metadata?.userData,
        singleUid: !shared.capability.uidRange,
      },
      onConsole: (line) => spec.onConsole?.(line),
      cleanUp: async () => {
        for (const server of servers) server.close();
        closeSync(host);
        this.machines.delete(spec.id);
        await removeTree(join(spec.writable, 'work'), shared.capability.privileges);
        rmSync(directory, { recursive: true, force: true });
      },
    });
    this.machines.set(spec.id, machine);
    await machine.boot();
    return machine;
  }

  /** Serves the sockets that a private machine reaches. */
  private serve(spec: MachineSpec, sockets: string, port: number): Server[] {
    const { clock, ids } = this.options;
    const endpoint = createServer({ allowHalfOpen: true }, (client) => relay(client, { port, host: '127.0.0.1' }));
    const servers: Server[] = [endpoint.listen(`${sockets}/endpoint`)];
    if (spec.metadata)
      servers.push(metadataServer({ source: spec.metadata, clock, ids }).listen(`${sockets}/metadata`));
    return servers;
  }
}

/** The directory of a machine's changes is the top of its tree, so its mode is the visible one. */
function makeParts(writable: string): void {
  for (const part of parts()) {
    mkdirSync(join(writable, 'work', part), { recursive: true });
    const made = mkdirSync(join(writable, 'files', part), { recursive: true });
    if (made) chmodSync(join(writable, 'files', part), part === 'root' ? 0o700 : 0o755);
  }
}
