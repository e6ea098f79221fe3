/** The questions of the checks to one account and region. All of them read, and none changes anything. */
export interface Look {
  /** The version of the CDK's bootstrap stack, from this parameter; undefined if it does not exist. */
  bootstrapVersion(parameter: string): Promise<number | undefined>;
  /** Those of these types that the region offers. */
  instanceTypes(names: readonly string[]): Promise<InstanceType[]>;
  /** vCPUs of the running instances without a tag `Repository` of this value. */
  vcpusOfOthers(repository: string): Promise<number>;
  /** By the quota's code; undefined if the service has no such quota. */
  quota(service: string, code: string): Promise<number | undefined>;
  /** All quotas of one service, by their names. */
  quotas(service: string): Promise<ReadonlyMap<string, number>>;
  countVpcs(): Promise<number>;
  countLoadBalancers(): Promise<number>;
  /** Components of the account's own, each version counted. */
  countComponents(): Promise<number>;
  /** Names of the images that CodeBuild has for builds. */
  buildImages(): Promise<ReadonlySet<string>>;
  hasParameter(name: string): Promise<boolean>;
  /** Undefined if the stack does not exist. */
  stackStatus(name: string): Promise<string | undefined>;
  /** Does something of this type have this name? */
  exists(type: NamedType, name: string): Promise<boolean>;
  /** Undefined if the certificate does not exist. */
  certificate(arn: string): Promise<{ readonly status: string } | undefined>;
  /** Returns the existing ones among these subnets. */
  subnets(ids: readonly string[]): Promise<Subnet[]>;
  /** Names of those of these alarms that ring. */
  ringing(alarms: readonly string[]): Promise<string[]>;
  encryptsDisksByDefault(): Promise<boolean>;
  /** Reason why Image Builder would refuse this component; undefined if it would not. */
  refusalOfComponent(data: string): Promise<string | undefined>;
}

export interface InstanceType {
  readonly name: string;
  readonly vcpus: number;
  /** `arm64`, `x86_64`. */
  readonly architectures: readonly string[];
  /** The availability zones that have it. */
  readonly zones: readonly string[];
}

export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly zone: string;
  /** The target of the default route, an id such as `igw-…` or `nat-…`; undefined without such a route. */
  readonly wayOut: string | undefined;
}

/** Types whose names can stay taken after a stack failed or was deleted. */
export type NamedType =
  | 'AWS::CodeCommit::Repository'
  | 'AWS::IAM::Role'
  | 'AWS::Logs::LogGroup'
  | 'AWS::S3::Bucket'
  | 'AWS::SSM::Parameter';
