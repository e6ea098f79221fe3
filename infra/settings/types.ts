/**
 * All settings. The values are in `infra/settings.ts`; the rules they must keep are in `check.ts` and the files that it
 * calls. Each field documents its default; `defaults.ts` fills the defaults in.
 */
export interface Settings {
  /**
   * The name of the application. Stacks, parameters and resources carry it, so two applications of one account and
   * region need two names. Lower-case letters, digits and single hyphens, 2 to 32 characters, starting with a letter.
   */
  readonly name: string;
  /**
   * The account and the region of the pipeline: 12 digits, and `eu-west-1` for example. Required as soon as an
   * environment names a place of its own. Roles and buckets then have names without region and random part, so that two
   * applications in one account need two names, even in two regions. Default: those of the deploying caller.
   */
  readonly account?: string;
  readonly region?: string;
  readonly source: SourceSettings;
  readonly image: ImageSettings;
  /**
   * Treatment of a commit that waits before a stage when a newer one arrives: `SUPERSEDED` replaces it, so that only
   * the newest continues (A12); `QUEUED` delivers every commit in order (A13). Default: `SUPERSEDED`.
   */
  readonly executionMode?: 'SUPERSEDED' | 'QUEUED';
  /**
   * Mail addresses that get the reason of a failed run. SNS asks each once for confirmation. Default: none; the topic
   * exists in any case, for other subscribers.
   */
  readonly notify?: readonly string[];
  /**
   * In the order in which an image travels through them. Each entry is a stage of the pipeline (two with an approval),
   * and two stacks.
   */
  readonly environments: readonly EnvironmentSettings[];
}

export interface SourceSettings {
  /** The CodeCommit repository that the pipeline stack creates. Letters, digits, `.`, `_`, `-`, up to 100 characters. */
  readonly repository: string;
  /** The branch whose commits are delivered. */
  readonly branch: string;
}

export interface ImageSettings {
  /** Architecture of the image, of the builds and of the functions. Every instance type must be of it. */
  readonly architecture: Architecture;
  /** `major.minor` of the image versions; the patch number is counted by the pipeline. */
  readonly version: string;
  /** The instance type on which images are built and tested. It holds from the next `cdk deploy` of the pipeline. */
  readonly instanceType: string;
}

export type Architecture = 'arm64' | 'x86_64';

export interface EnvironmentSettings {
  /** Lower-case letters, digits and single hyphens, up to 16 characters, starting with a letter. */
  readonly name: string;
  /** The account of the environment: 12 digits. Default: that of the pipeline. The first environment must be there. */
  readonly account?: string;
  /** The region that it lives in, `eu-west-1` for example. Default: that of the pipeline, as with the account. */
  readonly region?: string;
  readonly network: NewNetwork | ExistingNetwork;
  readonly fleet: FleetSettings;
  /** A person decides before an image is deployed to this environment. Default: no approval. */
  readonly approval?: ApprovalSettings;
  /**
   * Method of replacing servers. `rolling`: by CloudFormation, batch after batch, each server saying that it serves.
   * `instance-refresh`: by Auto Scaling, which can stop at checkpoints and wait before it is content (F22). Default:
   * `rolling`.
   */
  readonly strategy?: 'rolling' | 'instance-refresh' | InstanceRefreshSettings;
  /**
   * Seconds, 0 to 300, for which the service on a new server must be healthy without a restart before the server
   * counts. A service that restarts earlier fails the deployment at once. Default: 30.
   */
  readonly stableSeconds?: number;
  /** Expected answer of the load balancer after a deployment. Default: `/health` answers 200. */
  readonly verify?: VerifySettings;
  /** Alarms that CloudWatch watches; during a deployment an alarm undoes it. Default: nothing. */
  readonly alarms?: AlarmSettings;
  /**
   * The ARN of an ACM certificate in this environment's region: the load balancer then speaks HTTPS, and redirects
   * HTTP. The address remains that of the load balancer; a domain name that points to it is not created. Default: HTTP.
   */
  readonly certificate?: string;
  /** When servers are there; outside of these hours there are none. Default: always. */
  readonly hours?: HoursSettings;
}

/** A small new network: public subnets in two zones and closed security groups. Its public addresses have a price. */
export interface NewNetwork {
  /** Its addresses, `10.0.0.0/16` for example: between /16 and /24, and apart from those of the other environments. */
  readonly cidr: string;
}

/** A network that exists already. */
export interface ExistingNetwork {
  readonly vpcId: string;
  /** Public subnets for the load balancer, in at least two availability zones. */
  readonly loadBalancerSubnetIds: readonly string[];
  /** Subnets for the servers. From them the AWS APIs must be reachable (public addresses, NAT or endpoints). */
  readonly instanceSubnetIds: readonly string[];
}

export interface FleetSettings {
  readonly instanceType: string;
  /**
   * Instance types that commits may choose; `*` stands for any text. They apply from the next `cdk deploy` of the
   * environment. Keep the current type among them until a roll to another has succeeded, because a failed roll returns
   * to it. Default: all types of the family of `instanceType`, `t4g.*` for example.
   */
  readonly permittedInstanceTypes?: readonly string[];
  /** The fewest servers, at least 1. */
  readonly min: number;
  /** The most servers. A roll adds a batch of new servers before it ends old ones, so at least `min + batch`. */
  readonly max: number;
  /** Number of servers that a roll replaces at a time, at least 1. */
  readonly batch: number;
  /** Load that the number of servers follows, between `min` and `max`. Default: none, the number stays. */
  readonly scaling?: ScalingSettings;
}

/** At least one of the two; with both, the larger number of servers counts. */
export interface ScalingSettings {
  /** Servers are added above this many requests per server and minute. */
  readonly requestsPerTarget?: number;
  /** Servers are added above this average load of their processors, 1 to 100. */
  readonly cpuPercent?: number;
}

export interface ApprovalSettings {
  /**
   * Mail addresses that are asked for approval. SNS asks each once for confirmation. Default: none; the console shows
   * it.
   */
  readonly notify?: readonly string[];
  /**
   * Minutes until the approval expires, 5 to 86400 (A57). An expired approval counts as rejected. Default: 10080, a
   * week.
   */
  readonly timeoutMinutes?: number;
}

export interface InstanceRefreshSettings {
  readonly type: 'instance-refresh';
  /**
   * Checkpoints at which the refresh stops and waits: percentages of the servers, ascending, the last one 100. Default:
   * it does not stop.
   */
  readonly checkpoints?: readonly number[];
  /** Minutes that the refresh waits at each checkpoint, 0 to 2880. Default: 60. */
  readonly checkpointDelayMinutes?: number;
  /** Minutes, 0 to 2880, that it waits after the last server before it is content. Default: 0. */
  readonly bakeMinutes?: number;
}

export interface VerifySettings {
  /** The requested path, starting with `/`. Default: `/health`. */
  readonly path?: string;
  /** The status that it must answer with. Default: 200. */
  readonly status?: number;
  /** Text that the answer must contain. `{version}` stands for the version of the image. Default: any answer is right. */
  readonly contains?: string;
  /** Minutes until the answer must be right, 1 to 60. Default: 5. */
  readonly withinMinutes?: number;
}

/** At least one of the three that can be watched. */
export interface AlarmSettings {
  /** Alarm above this share of answers 5xx, in percent: above 0, up to 100. */
  readonly errorPercent?: number;
  /** Alarm at this many servers that the load balancer finds unhealthy, at least 1. */
  readonly unhealthyHosts?: number;
  /** Alarm above this time that the servers take to answer, on average, in seconds: above 0, up to 4000. */
  readonly latencySeconds?: number;
  /** Minutes for which the alarms must stay silent after a deployment, 4 to 1380. Default: 5. */
  readonly watchMinutes?: number;
}

export interface HoursSettings {
  /** When servers start, `07:30` for example. */
  readonly start: string;
  /** When they stop. Earlier than `start` means on the day after. */
  readonly stop: string;
  /** The days on which they start: `MON-FRI`, `MON,WED`, `SUN-SAT`. Default: `MON-FRI`. */
  readonly days?: string;
  /** Time zone of `start` and `stop`: a name of the IANA database, `Europe/Dublin` for example. Default: `Etc/UTC`. */
  readonly timeZone?: string;
}
