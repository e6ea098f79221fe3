import type { Provider } from '../engine/provider';
import type { Functions } from '../runtime/lambda/functions';

interface Properties {
  FunctionName: string;
  Qualifier: string;
  MaximumRetryAttempts?: number | string;
  MaximumEventAgeInSeconds?: number | string;
}

/** Number of attempts of a failed asynchronous invocation (A38). */
export function lambdaEventInvokeConfig(functions: Functions): Provider<Properties> {
  const number = (value: number | string | undefined) => (value === undefined ? undefined : Number(value));
  const apply = (properties: Properties) => {
    functions.configureEvents(properties.FunctionName, {
      maximumRetryAttempts: number(properties.MaximumRetryAttempts),
      maximumEventAgeInSeconds: number(properties.MaximumEventAgeInSeconds),
    });
    return { physicalId: `${properties.FunctionName}|${properties.Qualifier}` };
  };
  return {
    type: 'AWS::Lambda::EventInvokeConfig',
    fidelity: 'real',
    properties: {
      FunctionName: 'real',
      Qualifier: 'real',
      MaximumRetryAttempts: 'real',
      MaximumEventAgeInSeconds: 'real',
    },
    required: ['FunctionName', 'Qualifier'],
    createOnly: ['FunctionName', 'Qualifier'],
    attributes: [],
    note: 'For $LATEST. Destinations are refused.',
    refuse: ({ Qualifier }) =>
      typeof Qualifier === 'string' && Qualifier !== '$LATEST'
        ? [`Qualifier: ${Qualifier} is not supported by the local runtime, which knows $LATEST only`]
        : [],
    async create(ctx, properties) {
      const made = apply(properties);
      ctx.created(made.physicalId);
      return made;
    },
    update: async (_ctx, _current, next) => apply(next),
    async delete(_ctx, { properties }) {
      functions.configureEvents(properties.FunctionName, undefined);
    },
  };
}
