import type { Provider } from '../engine/provider';
import { isAwsError } from '../kernel/failure';
import type { Sns } from '../runtime/sns/sns';

interface Properties {
  Topics: string[];
  PolicyDocument: object | string;
}

/** The policy of topics. */
export function snsTopicPolicy(sns: Sns): Provider<Properties> {
  const put = (topics: readonly string[], document: object | string) => {
    const policy = typeof document === 'string' ? (JSON.parse(document) as object) : document;
    for (const topic of topics) sns.change(topic, { policy });
  };
  const reset = (topics: readonly string[]) => {
    for (const topic of topics) {
      try {
        sns.change(topic, { policy: undefined });
      } catch (error) {
        if (!isAwsError(error, 'NotFoundException')) throw error;
      }
    }
  };
  return {
    type: 'AWS::SNS::TopicPolicy',
    fidelity: 'record',
    properties: { Topics: 'real', PolicyDocument: 'record' },
    required: ['PolicyDocument', 'Topics'],
    createOnly: [],
    attributes: ['Id'],
    note: 'Stored on its topics and shown by SNS. Statements that permit a service to publish are evaluated: EventBridge delivers to no other topic.',
    async create(ctx, { Topics, PolicyDocument }) {
      put(Topics, PolicyDocument);
      const id = ctx.physicalName();
      ctx.created(id);
      return { physicalId: id, attributes: { Id: id } };
    },
    async update(_ctx, { physicalId, properties }, next) {
      reset(properties.Topics.filter((topic) => !next.Topics.includes(topic)));
      put(next.Topics, next.PolicyDocument);
      return { physicalId, attributes: { Id: physicalId } };
    },
    delete: async (_ctx, { properties }) => reset(properties.Topics),
  };
}
