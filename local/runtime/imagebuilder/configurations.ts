import type { Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import { NotSupportedLocally } from '../../kernel/failure';
import type { Collection, Store } from '../../kernel/store';
import { checkName, resourceArn } from './arns';
import type { InstanceProfiles } from './ports';
import type { DistributionRecord, InfrastructureRecord } from './records';
import { alreadyExists, notFound, notValid } from './refusals';

interface ConfigurationOptions {
  readonly scope: Scope;
  readonly store: Store;
  readonly clock: Clock;
}

type Given<R> = Omit<R, 'arn' | 'name' | 'dateCreated' | 'dateUpdated' | 'tags'> & {
  readonly tags?: R[keyof R & 'tags'];
};

/** Infrastructure configurations: the machines for bakes. Their name is fixed, the rest may change (D35). */
export class InfrastructureConfigurations {
  private readonly configurations: Collection<InfrastructureRecord>;

  constructor(private readonly options: ConfigurationOptions & { profiles: InstanceProfiles }) {
    this.configurations = options.store.collection('imagebuilder.infrastructure');
  }

  create(request: Given<InfrastructureRecord> & { name: string }): InfrastructureRecord {
    checkName(request.name);
    this.checkProfile(request.instanceProfileName);
    const { scope, clock } = this.options;
    const arn = resourceArn(scope, 'infrastructure-configuration', request.name);
    if (this.configurations.get(arn)) throw alreadyExists('InfrastructureConfiguration', arn);
    const configuration = { ...request, arn, dateCreated: clock.now().toISOString(), tags: request.tags ?? {} };
    this.configurations.put(arn, configuration);
    return configuration;
  }

  /** Replaces all but name and tags. */
  update(arn: string, request: Omit<Given<InfrastructureRecord>, 'tags'>): InfrastructureRecord {
    const { name, dateCreated, tags } = this.get(arn);
    this.checkProfile(request.instanceProfileName);
    const dateUpdated = this.options.clock.now().toISOString();
    const configuration = { ...request, arn, name, dateCreated, dateUpdated, tags };
    this.configurations.put(arn, configuration);
    return configuration;
  }

  get(arn: string): InfrastructureRecord {
    const configuration = this.configurations.get(arn);
    if (!configuration) throw notFound('InfrastructureConfiguration', arn);
    return configuration;
  }

  list(): InfrastructureRecord[] {
    return this.configurations.values();
  }

  put(configuration: InfrastructureRecord): void {
    this.configurations.put(configuration.arn, configuration);
  }

  delete(arn: string): void {
    this.get(arn);
    this.configurations.delete(arn);
  }

  private checkProfile(name: string): void {
    if (this.options.profiles.find(name)) return;
    const why =
      'The provided instance profile does not exist. Please specify a different instance profile and try again.';
    throw notValid('instanceProfileName', why);
  }
}

/** Distribution configurations: name and tags of the AMI, who may launch it, and its copies (D40). */
export class DistributionConfigurations {
  private readonly configurations: Collection<DistributionRecord>;

  constructor(private readonly options: ConfigurationOptions) {
    this.configurations = options.store.collection('imagebuilder.distributions');
  }

  create(request: Given<DistributionRecord> & { name: string }): DistributionRecord {
    checkName(request.name);
    this.checkRegions(request.distributions);
    const { scope, clock } = this.options;
    const arn = resourceArn(scope, 'distribution-configuration', request.name);
    if (this.configurations.get(arn)) throw alreadyExists('DistributionConfiguration', arn);
    const configuration = { ...request, arn, dateCreated: clock.now().toISOString(), tags: request.tags ?? {} };
    this.configurations.put(arn, configuration);
    return configuration;
  }

  update(arn: string, request: Omit<Given<DistributionRecord>, 'tags'>): DistributionRecord {
    const { name, dateCreated, tags } = this.get(arn);
    this.checkRegions(request.distributions);
    const dateUpdated = this.options.clock.now().toISOString();
    const configuration = { ...request, arn, name, dateCreated, dateUpdated, tags };
    this.configurations.put(arn, configuration);
    return configuration;
  }

  get(arn: string): DistributionRecord {
    const configuration = this.configurations.get(arn);
    if (!configuration) throw notFound('DistributionConfiguration', arn);
    return configuration;
  }

  list(): DistributionRecord[] {
    return this.configurations.values();
  }

  put(configuration: DistributionRecord): void {
    this.configurations.put(configuration.arn, configuration);
  }

  delete(arn: string): void {
    this.get(arn);
    this.configurations.delete(arn);
  }

  private checkRegions(distributions: DistributionRecord['distributions']): void {
    const { region } = this.options.scope;
    if (distributions.length === 0) throw notValid('distributions', 'It must have at least one distribution.');
    const twice = distributions.find(
      (one, index) => distributions.findIndex((other) => other.region === one.region) < index,
    );
    if (twice) throw notValid('distributions', `It must have the Region ${twice.region} only once.`);
    // D29: an image without an AMI in its own Region has no ImageId to give.
    if (!distributions.some((distribution) => distribution.region === region))
      throw new NotSupportedLocally(`A distribution without the Region ${region}, in which the image is built,`);
  }
}
