import type { Provider } from '../engine/provider';
import { arn } from '../kernel/arn';
import { createIds, type Ids } from '../kernel/ids';

interface Properties {
  KeyPolicy?: object | string;
  Description?: string;
  Enabled?: boolean | string;
  EnableKeyRotation?: boolean | string;
  RotationPeriodInDays?: number | string;
  PendingWindowInDays?: number | string;
  Tags?: object[];
}

/** KMS keys: names to which other resources refer. Nothing is encrypted here, so a key has nothing to decrypt. */
export function kmsKey(ids: Pick<Ids, 'uuid'> = createIds()): Provider<Properties> {
  return {
    type: 'AWS::KMS::Key',
    fidelity: 'record',
    properties: {
      KeyPolicy: 'record',
      Description: 'record',
      Enabled: 'record',
      EnableKeyRotation: 'record',
      RotationPeriodInDays: 'record',
      PendingWindowInDays: 'record',
      Tags: 'record',
    },
    createOnly: [],
    attributes: ['Arn', 'KeyId'],
    note: 'An id and an ARN, to which other resources refer. Nothing is encrypted, and key policies are not evaluated; KMS itself is not served. Keys of other kinds, regions or material are refused.',
    async create(ctx) {
      const id = ids.uuid();
      ctx.created(id);
      return { physicalId: id, attributes: { Arn: arn(ctx.scope, 'kms', `key/${id}`), KeyId: id } };
    },
    update: async (_ctx, { physicalId, attributes }) => ({ physicalId, attributes }),
    delete: async () => {},
  };
}
