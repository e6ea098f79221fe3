import type { Provider } from '../engine/provider';
import type { S3 } from '../runtime/s3/s3';
import { policyText } from './policy-text';

interface Properties {
  Bucket: string;
  PolicyDocument: object | string;
}

/** A bucket's policy. */
export function s3BucketPolicy(s3: S3): Provider<Properties> {
  const put = ({ Bucket, PolicyDocument }: Properties) =>
    s3.buckets.configure(Bucket, { policy: policyText(PolicyDocument) });
  return {
    type: 'AWS::S3::BucketPolicy',
    fidelity: 'record',
    properties: { Bucket: 'real', PolicyDocument: 'record' },
    required: ['Bucket', 'PolicyDocument'],
    createOnly: ['Bucket'],
    attributes: [],
    note: 'Kept on its bucket and shown by S3; requests are not yet decided on it.',
    async create(ctx, properties) {
      put(properties);
      ctx.created(properties.Bucket);
      return { physicalId: properties.Bucket };
    },
    async update(_ctx, { physicalId }, next) {
      put(next);
      return { physicalId };
    },
    async delete(_ctx, { physicalId }) {
      if (s3.buckets.has(physicalId)) s3.buckets.configure(physicalId, { policy: undefined });
    },
  };
}
