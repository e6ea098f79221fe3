import { join } from 'node:path';
import { AwsError, isAwsError, messageOf } from '../../kernel/failure';
import type { Machine } from '../../kernel/machines';
import type { Collection } from '../../kernel/store';
import { ConsoleOutput } from './console-output';
import type { Images } from './images';
import { InstanceMetadata } from './instance-metadata';
import { instanceType } from './instance-types';
import { checkLaunchData } from './launch-data';
import type { LaunchTemplateName, LaunchTemplates } from './launch-templates';
import type { Ec2Options } from './options';
import type { ImageRecord, InstanceRecord, InstanceState, LaunchTemplateData, Tags } from './records';
import { CRASHED, HOST_STOPPED, OWN_SHUTDOWN, RUNTIME_STOPPED, type StateReason, USER_SHUTDOWN } from './state-reasons';
import { checkMetadataTags, checkTags, tagsFor } from './tags';

export interface LaunchRequest {
  readonly launchTemplate?: LaunchTemplateName & { readonly version?: string };
  /** Launch data beside, or instead of, the launch template. */
  readonly data?: LaunchTemplateData;
  readonly subnetId: string;
  readonly tags?: Tags;
}

/** Milliseconds that an instance may take to shut down before it is killed. */
const GRACE_MS = 120_000;

/** EC2 shows a terminated instance for about an hour. */
const REMEMBERED_MS = 3600_000;

type EndListener = (instanceId: string, reason: string) => void;

/** Instances: machines with an id, an address, a role and an end. */
export class Instances {
  private readonly records: Collection<InstanceRecord>;
  private readonly machines = new Map<string, Machine>();
  private readonly boots = new Map<string, Promise<void>>();
  private readonly ends = new Map<string, Promise<void>>();
  private readonly listeners = new Set<EndListener>();
  private readonly screens: ConsoleOutput;
  private readonly metadata: InstanceMetadata;
  private stopping = false;

  constructor(
    private readonly options: Ec2Options,
    private readonly rooms: { images: Images; launchTemplates: LaunchTemplates },
  ) {
    this.records = options.store.collection('ec2.instances');
    this.screens = new ConsoleOutput(options);
    this.metadata = new InstanceMetadata(options, (id) => this.get(id));
  }

  /**
   * Checks the request and records a pending instance. `running` resolves when it runs, and rejects with EC2's error if
   * it cannot be started.
   */
  launch(request: LaunchRequest): { instance: InstanceRecord; running: Promise<void> } {
    const instance = this.plan(request);
    this.put(instance);
    const running = this.boot(instance).finally(() => this.boots.delete(instance.id));
    this.boots.set(instance.id, running);
    // Who does not wait reads the failure in the instance's state.
    running.catch(() => undefined);
    return { instance, running };
  }

  /** Shuts an instance down and resolves when it is terminated. A terminated one is not an error. */
  terminate(id: string, reason: StateReason = USER_SHUTDOWN): Promise<void> {
    const instance = this.get(id);
    if (instance.state === 'terminated') return Promise.resolve();
    const under = this.ends.get(id);
    if (under) return under;
    const end = this.shutDown(instance, reason).finally(() => this.ends.delete(id));
    this.ends.set(id, end);
    return end;
  }

  async reboot(id: string): Promise<void> {
    this.get(id);
    // The command ends with all else inside.
    await this.machine(id)?.exec({ command: ['reboot'] });
  }

  /** Throws `InvalidInstanceID.NotFound`. */
  get(id: string): InstanceRecord {
    const instance = this.find(id);
    if (!instance) throw new AwsError('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
    return instance;
  }

  find(id: string): InstanceRecord | undefined {
    return this.records.get(id);
  }

  /** Oldest first; instances are forgotten an hour after their termination. */
  list(): InstanceRecord[] {
    const now = this.options.clock.now().getTime();
    for (const { id, endedAt } of this.records.values()) {
      if (endedAt && now - Date.parse(endedAt) > REMEMBERED_MS) this.records.delete(id);
    }
    return this.records.values().sort((a, b) => (a.launchedAt < b.launchedAt ? -1 : 1));
  }

  /** The machine of an instance that runs. */
  machine(id: string): Machine | undefined {
    return this.machines.get(id);
  }

  /** Returns the last console output, at most 64 kB. */
  consoleOutput(id: string): string {
    this.get(id);
    return this.screens.of(id);
  }

  setTags(id: string, tags: Tags): void {
    const instance = this.get(id);
    checkTags(tags);
    checkMetadataTags(tags, instance.data);
    this.records.put(id, { ...instance, tags });
  }

  /** Subscribes to ended instances, for any cause. Returns the function that unsubscribes. */
  onEnded(listener: EndListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async recover(): Promise<void> {
    for (const instance of this.records.values().filter(isAlive)) {
      this.options.bus.emit({
        type: 'interruption-found',
        what: `instance ${instance.id}, ${instance.state}`,
        consequence: 'terminated: the machine it ran on stopped',
      });
      await this.ended(instance.id, 'terminated', HOST_STOPPED);
    }
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all([...this.machines.values()].map((machine) => machine.kill()));
    for (const instance of this.records.values().filter(isAlive))
      await this.ended(instance.id, 'terminated', RUNTIME_STOPPED);
  }

  private plan(request: LaunchRequest): InstanceRecord {
    const { options, rooms } = this;
    const { launchTemplate } = request;
    const version = launchTemplate && rooms.launchTemplates.version(launchTemplate, launchTemplate.version);
    const data = { ...version?.data, ...request.data };
    checkLaunchData(data);
    if (!data.ImageId) throw new AwsError('MissingParameter', 'The request must contain the parameter ImageId');
    const image = rooms.images.get(data.ImageId);
    const subnet = options.subnets.subnet(request.subnetId);
    if (!subnet) throw new AwsError('InvalidSubnetID.NotFound', `The subnet ID '${request.subnetId}' does not exist`);
    const origin: Record<string, string> = version
      ? { 'aws:ec2launchtemplate:id': version.templateId, 'aws:ec2launchtemplate:version': String(version.number) }
      : {};
    const tags = { ...tagsFor('instance', data.TagSpecifications), ...request.tags, ...origin };
    checkTags(tags);
    checkMetadataTags(tags, data);
    const id = options.ids.ec2('i');
    return {
      ...fromImage(image),
      id,
      reservationId: options.ids.ec2('r'),
      state: 'pending',
      instanceType: data.InstanceType ?? 'm1.small',
      launchedAt: options.clock.now().toISOString(),
      subnetId: subnet.id,
      vpcId: subnet.vpcId,
      availabilityZone: subnet.availabilityZone,
      profile: this.metadata.profileOf(data),
      privateIp: options.subnets.allocateAddress(subnet.id, id),
      tags,
      launchTemplate: version && {
        id: version.templateId,
        name: rooms.launchTemplates.get({ id: version.templateId }).name,
        version: version.number,
      },
      data,
    };
  }

  private async boot(instance: InstanceRecord): Promise<void> {
    const { id } = instance;
    const { clock, machines, scope } = this.options;
    try {
      const machine = await machines.boot({
        id,
        layers: instance.layers,
        writable: this.files(id),
        network: 'private',
        init: 'units',
        memoryMegabytes: instanceType(instance.instanceType)?.memory,
        environment: {
          AWS_REGION: scope.region,
          AWS_DEFAULT_REGION: scope.region,
          LOCAL_TIME_SCALE: String(clock.scale),
        },
        hostname: `ip-${instance.privateIp.replaceAll('.', '-')}`,
        metadata: instance.data.MetadataOptions?.HttpEndpoint === 'disabled' ? undefined : this.metadata.of(instance),
        onConsole: (line) => this.screens.hear(id, line),
      });
      this.machines.set(id, machine);
      void machine.ended.then((why) => this.machineEnded(id, why));
    } catch (error) {
      await this.ended(id, 'terminated', { code: 'Server.InternalError', message: messageOf(error) });
      throw isAwsError(error) ? error : new AwsError('InternalError', messageOf(error), 500);
    }
    // It may have been terminated while it booted.
    if (this.get(id).state === 'pending') this.change(id, { state: 'running' });
  }

  private async shutDown({ id }: InstanceRecord, reason: StateReason): Promise<void> {
    this.change(id, { state: 'shutting-down', stateReason: reason });
    await this.boots.get(id)?.catch(() => undefined);
    const machine = this.machines.get(id);
    this.machines.delete(id);
    await machine?.shutdown(GRACE_MS);
    await this.ended(id, 'terminated', reason);
  }

  private async machineEnded(id: string, why: string): Promise<void> {
    // `shutDown` has already removed it and reports the end itself.
    if (!this.machines.delete(id) || this.stopping) return;
    const behavior = this.get(id).data.InstanceInitiatedShutdownBehavior;
    const itself = why === 'powered-off';
    await this.ended(
      id,
      itself && behavior !== 'terminate' ? 'stopped' : 'terminated',
      itself ? OWN_SHUTDOWN : CRASHED,
    );
  }

  /** The last step of an instance: releases its files, its address and its other resources. */
  private async ended(id: string, state: 'terminated' | 'stopped', stateReason: StateReason): Promise<void> {
    const { machines, subnets, clock } = this.options;
    if (this.get(id).state === 'terminated') return;
    await machines.remove(this.files(id));
    subnets.releaseAddresses(id);
    this.change(id, { state, stateReason, endedAt: clock.now().toISOString() });
    this.metadata.forget(id);
    await this.removeUnusedLayers();
    if (!this.stopping) for (const listener of this.listeners) listener(id, stateReason.message);
  }

  /** Returns the layers that instances run from. */
  layersInUse(): string[] {
    return this.records
      .values()
      .filter(isAlive)
      .flatMap(({ layers }) => layers);
  }

  /** Removes the layers of deregistered images from which no instance runs any more. */
  async removeUnusedLayers(): Promise<void> {
    const used = new Set([...this.layersInUse(), ...(this.options.layersElsewhere?.() ?? [])]);
    for (const layer of this.rooms.images.takeUnusedLayers(used)) await this.options.machines.remove(layer);
  }

  private change(id: string, change: Partial<InstanceRecord>): void {
    this.put({ ...this.get(id), ...change });
  }

  private put(instance: InstanceRecord): void {
    this.records.put(instance.id, instance);
    const { bus, events, scope } = this.options;
    const { id, state, imageId, stateReason } = instance;
    bus.emit({ type: 'instance-state-changed', instanceId: id, state, imageId, reason: stateReason?.message });
    events.publish({
      source: 'aws.ec2',
      detailType: 'EC2 Instance State-change Notification',
      resources: [`arn:${scope.partition}:ec2:${scope.region}:${scope.account}:instance/${id}`],
      detail: { 'instance-id': id, state },
    });
  }

  private files(id: string): string {
    return join(this.options.directory, id);
  }
}

function isAlive({ state }: { state: InstanceState }): boolean {
  return state !== 'terminated' && state !== 'stopped';
}

type FromImage = Pick<InstanceRecord, 'imageId' | 'layers' | 'architecture'>;

function fromImage({ id, layers, architecture }: ImageRecord): FromImage {
  return { imageId: id, layers, architecture };
}
