import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackEngine } from '../engine/engine';
import type { Scope } from '../kernel/arn';
import { type Clock, metricMinute } from '../kernel/clock';
import type { EventBus } from '../kernel/events';
import { createIds, type Ids } from '../kernel/ids';
import type { EndpointAccess, EventPublisher, Topics } from '../kernel/ports';
import { assumedRole } from '../kernel/principal';
import type { Store } from '../kernel/store';
import { type ProviderServices, providerRegistry } from '../providers';
import type { Authority } from '../runtime/acm/authority';
import { CertificateManager } from '../runtime/acm/certificate-manager';
import { AutoScaling } from '../runtime/autoscaling/auto-scaling';
import type { Servers } from '../runtime/autoscaling/ports';
import { CloudWatch } from '../runtime/cloudwatch/cloudwatch';
import { CodeBuild } from '../runtime/codebuild/codebuild';
import { CodeCommit } from '../runtime/codecommit/codecommit';
import { lambdaInvoke } from '../runtime/codepipeline/actions/lambda-invoke';
import { CodePipeline } from '../runtime/codepipeline/code-pipeline';
import { Jobs } from '../runtime/codepipeline/jobs';
import { ruleRunners } from '../runtime/codepipeline/rules/rule-runners';
import { Ec2 } from '../runtime/ec2/ec2';
import { ElasticLoadBalancing } from '../runtime/elasticloadbalancing/elastic-load-balancing';
import { EventBridge } from '../runtime/events/event-bridge';
import type { Account } from '../runtime/iam/accounts';
import { ImageBuilder, type ImageBuilderOptions } from '../runtime/imagebuilder/image-builder';
import { Functions } from '../runtime/lambda/functions';
import { CloudWatchLogs } from '../runtime/logs/cloudwatch-logs';
import { Network } from '../runtime/network/network';
import { S3 } from '../runtime/s3/s3';
import type { Sandboxes } from '../runtime/sandbox/sandbox';
import { ServiceQuotas } from '../runtime/servicequotas/service-quotas';
import { Sns } from '../runtime/sns/sns';
import { ParameterStore } from '../runtime/ssm/parameter-store';
import { actionRunners, type Workplace } from './action-runners';
import { eventTargets, invokeFor } from './event-targets';

/** AWS's parameters for its own images; this machine's root represents them all. */
const AMAZON_LINUX = /^\/aws\/service\/ami-amazon-linux-latest\//;

export interface RoomsOptions extends Shared {
  readonly scope: Scope;
  /** Store of the scope. */
  readonly store: Store;
  readonly account: Account;
  /** True if the account represents an unknown one. */
  readonly anyAccount: boolean;
  /** Directory of all files of the scope, except the store. */
  readonly directory: string;
  readonly access: EndpointAccess;
  /** Layers that instances of other scopes run from. */
  layersElsewhere(): string[];
  /** Returns the services for a pipeline action with another role or region. */
  workplace(scope: Scope): Workplace;
  /** Load balancers get ports from here up. */
  readonly loadBalancerPort: number;
}

/** Services that all scopes of a run share. */
export interface Shared {
  readonly clock: Clock;
  readonly bus: EventBus;
  /** Real seconds for which Verify watches that an environment keeps answering. */
  readonly stableSeconds?: number;
  readonly sandboxes: Sandboxes;
  /** Storage of S3's objects and of EC2's images. Bucket names and image ids are unique everywhere. */
  readonly storage: { readonly store: Store; readonly directory: string };
  /** Authority of the certificates that load balancers use for TLS. */
  readonly authority: Authority;
}

/** Dependencies of every room. */
interface RoomDependencies extends RoomsOptions {
  readonly ids: Ids;
}

export type Rooms = ReturnType<typeof joinRooms>;

/**
 * Creates every room with its ports to the others. Nothing runs yet. The only loop, a pipeline that deploys stacks that
 * contain pipelines, is closed here: later rooms are used inside functions, and no import points back.
 */
export function joinRooms(options: RoomsOptions) {
  const dependencies: RoomDependencies = { ...options, ids: createIds() };
  const base = createBaseServices(dependencies);
  const functions = () => delivery.functions;
  const topics = new Sns({ ...dependencies, logs: base.logs, invoke: invokeFor(functions, 'sns.amazonaws.com') });
  const events: EventBridge = new EventBridge({
    ...dependencies,
    roles: base.identity,
    targets: eventTargets({ topics, functions, pipelines: () => delivery.pipelines }),
  });
  const cloudWatch = new CloudWatch({
    ...dependencies,
    publisher: events,
    actions: { sns: (topicArn, message) => void topics.publish(topicArn, message) },
  });
  const fleet = joinFleet(dependencies, base, { events, cloudWatch });
  const delivery = joinDelivery(dependencies, { ...base, ...fleet, cloudWatch, events, topics });
  const { sandboxes, identity, ...kept } = base;
  const { jobs, ...delivering } = delivery;
  const services: ProviderServices = {
    ...kept,
    ...fleet,
    ...delivering,
    clock: dependencies.clock,
    cloudWatch,
    events,
    topics,
  };
  const stacks: StackEngine = new StackEngine({
    ...dependencies,
    providers: providerRegistry(services),
    parameters: fleet.parameters,
    availabilityZones: ['a', 'b', 'c'].map((zone) => `${dependencies.scope.region}${zone}`),
    assumeRole(roleArn) {
      identity.assume(roleArn, 'AWSCloudFormation', 'cloudformation.amazonaws.com');
      return assumedRole(roleArn, 'AWSCloudFormation');
    },
    exists: (type, value) => type !== 'AWS::EC2::Image::Id' || fleet.ec2.images.find(value) !== undefined,
  });
  const { certificates } = fleet;
  const quotas = new ServiceQuotas(dependencies);
  return { ...services, certificates, quotas, scope: dependencies.scope, identity, jobs, sandboxes, stacks };
}

/** Creates the services that all others depend on: identity, storage, logs and machines. */
function createBaseServices(dependencies: RoomDependencies) {
  return {
    ...dependencies.account,
    logs: new CloudWatchLogs({ ...dependencies, directory: join(dependencies.directory, 'logs') }),
    s3: new S3({ ...dependencies, ...dependencies.storage }),
    network: new Network(dependencies),
    containerRepositories: dependencies.store.collection<string>('ecr.repositories'),
    sandboxes: dependencies.sandboxes,
  };
}

type BaseServices = ReturnType<typeof createBaseServices>;

/** Creates images, instances, and the services that keep them running. */
function joinFleet(
  dependencies: RoomDependencies,
  { iam, identity, logs, network, s3, sandboxes }: BaseServices,
  observers: Omit<Observers, 'topics'>,
) {
  const { events, cloudWatch } = observers;
  const common = {
    ...dependencies,
    logs,
    events,
    roles: identity,
    profiles: iam.instanceProfiles,
    machines: sandboxes,
  };
  const ec2: Ec2 = new Ec2({
    ...common,
    imageStore: dependencies.storage.store,
    directory: join(dependencies.directory, 'instances'),
    parameters: { value: (name) => parameters.value(name) },
    subnets: network,
    architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
    rootName: distribution(),
  });
  const parameters: ParameterStore = new ParameterStore({
    ...dependencies,
    publicParameters: (name) => (AMAZON_LINUX.test(name) ? ec2.images.resolveParent(`ssm:${name}`).id : undefined),
  });
  const certificates = new CertificateManager(dependencies);
  const loadBalancing = new ElasticLoadBalancing({
    ...dependencies,
    metrics: cloudWatch,
    certificates,
    basePort: dependencies.loadBalancerPort,
    connect: (instanceId, port) => ec2.instances.machine(instanceId)?.socket(port),
    subnet: (id) => network.subnet(id),
    publicAddresses: network,
  });
  const imageBuilder = new ImageBuilder({
    ...common,
    objects: s3,
    layers: sandboxes,
    images: imagesOf(ec2),
    workDirectory: join(dependencies.directory, 'bakes'),
    layersDirectory: join(dependencies.directory, 'layers'),
  });
  const { targetGroups } = loadBalancing;
  const scaling = new AutoScaling({
    ...dependencies,
    servers: serversOf(ec2),
    targetGroups,
    subnets: network,
    publisher: events,
    alarms: cloudWatch.alarms,
    metrics: cloudWatch,
  });
  return { ec2, parameters, loadBalancing, imageBuilder, scaling, certificates };
}

type Fleet = ReturnType<typeof joinFleet>;

/** Receivers of events, and the observers. */
interface Observers {
  readonly cloudWatch: CloudWatch;
  readonly events: EventPublisher;
  readonly topics: Topics;
}

/** Creates the services from a commit to a deployed stack. */
function joinDelivery(dependencies: RoomDependencies, rooms: BaseServices & Fleet & Observers) {
  const { cloudWatch, events, topics, identity, logs, parameters, s3, sandboxes } = rooms;
  const services = { ...dependencies, logs, parameters, roles: identity, objects: s3 };
  const codeCommit = new CodeCommit({
    ...dependencies,
    directory: join(dependencies.directory, 'repositories'),
    events,
  });
  const builds = new CodeBuild({ ...services, directory: join(dependencies.directory, 'builds'), machines: sandboxes });
  const functions = new Functions({
    ...services,
    directory: join(dependencies.directory, 'functions'),
    processes: sandboxes,
    trustFile: dependencies.authority.trustFile,
    variables: {
      // A function that waits for an alarm must count in the alarm's minutes.
      LOCAL_TIME_SCALE: String(60_000 / metricMinute(dependencies.clock)),
      LOCAL_STABLE_SECONDS: String(dependencies.stableSeconds ?? 0),
    },
  });
  const jobs = new Jobs({ ...dependencies, invokeAsync: (name, event) => functions.invokeAsync(name, event) });
  const pipelines = new CodePipeline({
    ...dependencies,
    events,
    topics,
    roles: identity,
    objects: s3,
    runners: actionRunners({ objects: s3, workplace: (scope) => dependencies.workplace(scope) }),
    rules: ruleRunners({ lambda: lambdaInvoke(jobs), clock: dependencies.clock, alarms: cloudWatch.alarms }),
  });
  return { codeCommit, builds, functions, jobs, pipelines };
}

/** EC2's images, as Image Builder uses them. */
function imagesOf({ images }: Ec2): ImageBuilderOptions['images'] {
  return {
    registerImage: (image) => images.registerImage(image),
    resolveParent(reference) {
      const { id, layers, architecture } = images.resolveParent(reference);
      return { imageId: id, layers, architecture };
    },
  };
}

/** EC2's instances, as Auto Scaling uses them. */
function serversOf(ec2: Ec2): Servers {
  const { instances } = ec2;
  return {
    requireLaunchable: (launchTemplate) => ec2.requireLaunchable(launchTemplate),
    async launch({ launchTemplate, subnetId, tags }) {
      const { instance, running } = instances.launch({ launchTemplate, subnetId, tags });
      await running;
      return { instanceId: instance.id, instanceType: instance.instanceType, imageId: instance.imageId };
    },
    async terminate(instanceId, message) {
      if (instances.find(instanceId))
        await instances.terminate(instanceId, { code: 'Client.UserInitiatedShutdown', message });
    },
    state: (instanceId) => instances.find(instanceId)?.state,
    onEnded: (listener) => instances.onEnded(listener),
  };
}

/** This machine's own name for its system. */
function distribution(): string {
  const file = '/etc/os-release';
  const name = existsSync(file) && /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync(file, 'utf8'))?.[1];
  return name || 'Linux';
}
