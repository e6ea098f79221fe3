import type { Provider } from '../engine/provider';
import type { Functions } from '../runtime/lambda/functions';

interface Properties {
  Action: string;
  FunctionName: string;
  Principal: string;
  SourceArn?: string;
  SourceAccount?: string;
  PrincipalOrgID?: string;
  EventSourceToken?: string;
  FunctionUrlAuthType?: string;
}

/** A statement of a function's resource policy: stored, and without effect, since policies are not evaluated. */
export function lambdaPermission(functions: Functions): Provider<Properties> {
  return {
    type: 'AWS::Lambda::Permission',
    fidelity: 'record',
    properties: {
      Action: 'record',
      FunctionName: 'record',
      Principal: 'record',
      SourceArn: 'record',
      SourceAccount: 'record',
      PrincipalOrgID: 'record',
      EventSourceToken: 'record',
      FunctionUrlAuthType: 'record',
    },
    required: ['Action', 'FunctionName', 'Principal'],
    createOnly: [
      'Action',
      'FunctionName',
      'Principal',
      'SourceArn',
      'SourceAccount',
      'PrincipalOrgID',
      'EventSourceToken',
      'FunctionUrlAuthType',
    ],
    attributes: ['Id'],
    async create(ctx, properties) {
      functions.get(properties.FunctionName);
      const id = ctx.physicalName();
      functions.putPermission(id, properties);
      ctx.created(id);
      return { physicalId: id, attributes: { Id: id } };
    },
    async delete(_ctx, { physicalId }) {
      functions.putPermission(physicalId, undefined);
    },
  };
}
