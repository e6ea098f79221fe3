import { arn, type Scope } from '../../kernel/arn';
import { AwsError } from '../../kernel/failure';
import type { Collection, Store } from '../../kernel/store';

export interface Quota {
  readonly service: string;
  readonly code: string;
  readonly name: string;
  readonly value: number;
}

export interface ServiceQuotasOptions {
  readonly scope: Scope;
  readonly store: Store;
}

const QUOTA_NAMES = 'Concurrently running builds for';

/**
 * The quotas that a person asks for before a deployment. AWS's defaults, but for vCPUs and builds: an account that has
 * been used has more of those than the five and the one of a new account.
 */
const DEFAULTS: readonly Quota[] = [
  {
    service: 'ec2',
    code: 'L-1216C47A',
    value: 64,
    name: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
  },
  { service: 'vpc', code: 'L-F678F1CE', name: 'VPCs per Region', value: 5 },
  { service: 'elasticloadbalancing', code: 'L-53DA6B97', name: 'Application Load Balancers per Region', value: 50 },
  { service: 'codebuild', code: 'L-LOCAL001', name: `${QUOTA_NAMES} ARM/Small environment`, value: 20 },
  { service: 'codebuild', code: 'L-LOCAL002', name: `${QUOTA_NAMES} Linux/Small environment`, value: 20 },
  { service: 'imagebuilder', code: 'L-LOCAL003', name: 'Components', value: 1000 },
];

/** Service Quotas: the numbers that an account is held to on AWS. Nothing here is: they can be asked for. */
export class ServiceQuotas {
  private readonly increased: Collection<number>;

  constructor(private readonly options: ServiceQuotasOptions) {
    this.increased = options.store.collection('servicequotas.values');
  }

  /** Throws `NoSuchResourceException`. */
  get(service: string, code: string): Quota {
    const quota = this.default(service, code);
    return { ...quota, value: this.increased.get(keyOf(quota)) ?? quota.value };
  }

  /** The value before any increase. Throws `NoSuchResourceException`. */
  default(service: string, code: string): Quota {
    const quota = DEFAULTS.find((one) => one.service === service && one.code === code);
    if (quota) return quota;
    throw new AwsError(
      'NoSuchResourceException',
      `The request failed because the specified quota ${code} does not exist.`,
    );
  }

  list(service: string): Quota[] {
    return DEFAULTS.filter((one) => one.service === service).map(({ code }) => this.get(service, code));
  }

  /** Sets it at once, without a review. Throws `NoSuchResourceException`. */
  set(service: string, code: string, value: number): Quota {
    this.increased.put(keyOf(this.default(service, code)), value);
    return this.get(service, code);
  }

  arnOf({ service, code }: Quota): string {
    return arn(this.options.scope, 'servicequotas', `${service}/${code}`);
  }
}

const keyOf = ({ service, code }: Quota) => `${service}/${code}`;
