import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { basename, join } from 'node:path';
import type { Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import { messageOf, NotSupportedLocally } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import type { GuestProcess, Machine, MachineSpec, ProcessSpec } from '../../kernel/machines';
import { quoteForShell } from '../../kernel/shell';
import { prepareBase } from './base';
import type { BootOrder } from './channel';
import { ControlGroups } from './control-groups';
import { GUEST_PROGRAMS, outsideNode, prepareGuestFiles } from './guest-files';
import { commitLayer, type LayerSummary } from './layers';
import { metadataServer } from './metadata';
import { type Capability, probe } from './probe';
import { proxyServer } from './proxy';
import { relay } from './relay';
import { removeRemains, removeTree } from './remains';
import { RunningMachine } from './running-machine';
import { RunningProcess } from './running-process';
import { SocketDirectory } from './socket-directory';
import { type Guest, prepareGuest, removeGuest, type Shared, spawnGuest } from './spawn-guest';
import { checkStateDirectory } from './state-directory';
import { refuseUserData } from './user-data';

export interface SandboxesOptions {
  /** Directory of all sandbox files. See `checkStateDirectory` for its limits. */
  readonly directory: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
  /** The local AWS endpoint on this machine, reachable inside as `http://127.0.0.1:<the same port>`. */
  endpoint(): { port: number };
  /** Lets guests run on a machine without user namespaces, where root inside is root of this machine. */
  readonly trustCommits?: boolean;
  /** False: builds reach no other machine. Default: true. */
  readonly buildNetwork?: boolean;
  /** Further programs for inside, by name: TypeScript entry files, bundled to `/run/guest/<name>.js`. */
  readonly programs?: Readonly<Record<string, string>>;
}

/** Machines have this host's Node.js: the SDK's advice about its version does not belong into an instance's output. */
const SURROUNDINGS = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

/** Port of the proxy inside, through which builds reach other machines. */
const PROXY_PORT = 3128;

/** Starts the init of a machine. */
const INIT = `exec ${GUEST_PROGRAMS}/node ${GUEST_PROGRAMS}/init.js`;

/**
 * Boots machines on this one: user, PID, mount, network, UTS and IPC namespaces, with layers of files over this machine's
 * own root. Every machine ends with this process, however it ends.
 */
export class Sandboxes {
  private readonly machines = new Map<string, RunningMachine | RunningProcess>();
  private readonly groups: ControlGroups;
  private probed: Promise<Capability> | undefined;
  private prepared: Promise<Shared> | undefined;

  constructor(private readonly options: SandboxesOptions) {
    checkStateDirectory(options.directory);
    this.groups = new ControlGroups(options.directory, options.clock);
  }

  /** Resolves when commands can run inside; units and user data follow by themselves. */
  async boot(spec: MachineSpec): Promise<Machine> {
    refuseUserData(spec.metadata?.userData);
    checkStateDirectory(spec.writable, 'writable directory of a machine');
    if (this.machines.has(spec.id)) throw new Error(`machine ${spec.id} runs already`);
    const shared = await this.shared();
    const directory = this.directoryOf(spec.id);
    await prepareGuest({ directory, spec }, shared);
    const group = this.groups.create(basename(directory), spec.memoryMegabytes);
    const guest = { spec, directory, command: INIT, group };
    const { clock } = this.options;
    const { port } = this.options.endpoint();
    const inside = new SocketDirectory(join(guest.directory, 'host'));
    const ports = new SocketDirectory(join(guest.directory, 'ports'));
    const servers = spec.network === 'host' ? [] : this.serve(spec, inside.path, port);
    const machine = new RunningMachine({
      id: spec.id,
      process: await spawnGuest(guest, shared),
      clock,
      ports,
      inside,
      order: this.orderOf(spec, { port, singleUid: !shared.capability.uidRange }),
      onConsole: (line) => spec.onConsole?.(line),
      cleanUp: async () => {
        for (const server of servers) server.close();
        for (const directory of [inside, ports]) directory.close();
        await this.cleanUp(spec.id, guest, shared);
      },
    });
    this.machines.set(spec.id, machine);
    await machine.boot();
    return machine;
  }

  /** Starts one process in a sandbox of its own, without an init. Nothing that it changes is kept. */
  async run(spec: ProcessSpec): Promise<GuestProcess> {
    if (this.machines.has(spec.id)) throw new Error(`machine ${spec.id} runs already`);
    const shared = await this.shared();
    const { id, mounts, temporaryMegabytes, environment } = spec;
    const directory = this.directoryOf(id);
    const files = { layers: [], writable: join(directory, 'writable'), network: 'host' as const, mounts };
    await prepareGuest({ directory, spec: files }, shared);
    const guest = {
      spec: files,
      directory,
      command: processCommand(spec),
      temporaryMegabytes,
      environment,
      group: this.groups.create(basename(directory), spec.memoryMegabytes),
    };
    const process = new RunningProcess(await spawnGuest(guest, shared), () => this.cleanUp(id, guest, shared));
    this.machines.set(id, process);
    return process;
  }

  /** Ends the remains of a killed runtime, and removes its directories. Machines do not survive their runtime. */
  async recover(): Promise<void> {
    const { directory, clock, bus } = this.options;
    const capability = await this.capability();
    if (!capability.supported) return;
    const machines = join(directory, 'machines');
    for (const name of await removeRemains(machines, capability.privileges, clock)) {
      bus.emit({ type: 'interruption-found', what: `machine ${name}`, consequence: 'its remains were removed' });
    }
    await this.groups.recover();
    if (this.groups.note) bus.emit({ type: 'notice', level: 'warning', message: this.groups.note });
    const shared = await this.shared();
    const kept = [shared.base, join(shared.files.programs, '..')];
    for (const name of readdirSync(directory).filter((name) => /^(base|guest|probe)-/.test(name))) {
      if (!kept.includes(join(directory, name))) await removeTree(join(directory, name), capability.privileges);
    }
  }

  /** Kills every machine. */
  async stop(): Promise<void> {
    await Promise.all([...this.machines.values()].map((machine) => machine.kill()));
    await this.groups.close();
  }

  /** Removes a directory of layers or changed files, with files of any owner. */
  async remove(path: string): Promise<void> {
    await removeTree(path, (await this.shared()).capability.privileges);
  }

  /** See `commitLayer`. */
  async commit(writable: string, layer: string): Promise<LayerSummary> {
    return commitLayer(writable, layer, (await this.shared()).capability.privileges);
  }

  private capability(): Promise<Capability> {
    this.probed ??= probe(this.options.directory, this.options);
    return this.probed;
  }

  private shared(): Promise<Shared> {
    this.prepared ??= this.prepare();
    return this.prepared;
  }

  private async prepare(): Promise<Shared> {
    const { directory, programs } = this.options;
    const capability = await this.capability();
    if (!capability.supported) throw new NotSupportedLocally('A sandbox on this machine', capability.reason);
    const node = outsideNode();
    const files = await prepareGuestFiles({ directory, programs, node, singleUid: !capability.uidRange });
    return { capability, files, base: prepareBase(directory, capability.privileges) };
  }

  /** Never rejects: a file that cannot be removed must not end the runtime. It is tried again at the next start. */
  private async cleanUp(id: string, guest: Guest, shared: Shared): Promise<void> {
    this.machines.delete(id);
    try {
      await removeGuest(guest, shared);
    } catch (error) {
      const message = `the files of ${id} could not be removed: ${messageOf(error)}`;
      this.options.bus.emit({ type: 'notice', level: 'warning', message });
    }
  }

  private directoryOf(id: string): string {
    return join(this.options.directory, 'machines', id.replace(/[^\w.-]/g, '-'));
  }

  private orderOf(spec: MachineSpec, { port, singleUid }: { port: number; singleUid: boolean }): BootOrder {
    const { network, init, metadata } = spec;
    const proxy = `http://127.0.0.1:${PROXY_PORT}`;
    const proxied = this.hasProxy(spec) && {
      HTTP_PROXY: proxy,
      HTTPS_PROXY: proxy,
      http_proxy: proxy,
      https_proxy: proxy,
    };
    const direct = proxied && { NO_PROXY: '127.0.0.1,localhost', no_proxy: '127.0.0.1,localhost' };
    return {
      network,
      init,
      instanceId: metadata?.instanceId ?? spec.id,
      environment: {
        ...SURROUNDINGS,
        AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
        ...proxied,
        ...direct,
        ...spec.environment,
      },
      endpointPort: port,
      metadata: metadata !== undefined && network === 'private',
      proxyPort: this.hasProxy(spec) ? PROXY_PORT : undefined,
      userData: metadata?.userData,
      singleUid,
    };
  }

  private hasProxy({ network }: MachineSpec): boolean {
    return network === 'outbound' && this.options.buildNetwork !== false;
  }

  /** Serves the sockets that a machine with a network of its own reaches. */
  private serve(spec: MachineSpec, sockets: string, port: number): Server[] {
    const { clock, ids } = this.options;
    const endpoint = createServer({ allowHalfOpen: true }, (client) => relay(client, { port, host: '127.0.0.1' }));
    const servers: Server[] = [endpoint.listen(`${sockets}/endpoint`)];
    if (spec.metadata)
      servers.push(metadataServer({ source: spec.metadata, clock, ids }).listen(`${sockets}/metadata`));
    if (this.hasProxy(spec)) servers.push(proxyServer().listen(`${sockets}/proxy`));
    return servers;
  }
}

/** Reads the environment first: exported names that bash keeps for itself, such as `UID`, are left out. */
function processCommand({ command, directory }: ProcessSpec): string {
  return `while IFS= read -r -d '' variable; do export "$variable" 2> /dev/null || :; done < /run/environment
cd ${quoteForShell(directory)} && exec ${command.map(quoteForShell).join(' ')}`;
}
