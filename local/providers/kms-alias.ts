import type { Provider } from '../engine/provider';

interface Properties {
  AliasName: string;
  TargetKeyId: string;
}

/** A second name of a key. */
export function kmsAlias(): Provider<Properties> {
  return {
    type: 'AWS::KMS::Alias',
    fidelity: 'record',
    properties: { AliasName: 'record', TargetKeyId: 'record' },
    required: ['AliasName', 'TargetKeyId'],
    createOnly: ['AliasName'],
    attributes: [],
    note: 'A name, like its key. Its uniqueness is not checked.',
    async create(ctx, { AliasName }) {
      ctx.created(AliasName);
      return { physicalId: AliasName };
    },
    update: async (_ctx, { physicalId }) => ({ physicalId }),
    delete: async () => {},
  };
}
