/** Account and region of a resource: one account in one region of one partition. */
export interface Scope {
  readonly partition: string;
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
}

/** One text for each scope: `000000000000/eu-west-1`. */
export function scopeName({ account, region }: Pick<Scope, 'account' | 'region'>): string {
  return `${account}/${region}`;
}

export interface Arn extends Scope {
  readonly service: string;
  /** All after the fifth colon, which may hold colons itself. */
  readonly resource: string;
}

/** An ARN in `scope`. For global services (IAM, S3) use `globalArn`. */
export function arn(scope: Scope, service: string, resource: string): string {
  return `arn:${scope.partition}:${service}:${scope.region}:${scope.account}:${resource}`;
}

/** IAM's ARNs have no region. */
export function iamArn(scope: Scope, resource: string): string {
  return `arn:${scope.partition}:iam::${scope.account}:${resource}`;
}

/** S3's have neither region nor account. */
export function s3Arn(scope: Scope, bucket: string, key?: string): string {
  return `arn:${scope.partition}:s3:::${bucket}${key === undefined ? '' : `/${key}`}`;
}

/** Returns the parts of an ARN, or undefined if `text` is none. */
export function parseArn(text: string): Arn | undefined {
  const [prefix, partition, service, region, account, ...rest] = text.split(':');
  if (prefix !== 'arn' || !partition || !service || region === undefined || account === undefined || !rest.length) {
    return undefined;
  }
  return { partition, service, region, account, resource: rest.join(':') };
}
