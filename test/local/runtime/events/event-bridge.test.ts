import { AwsError } from '../../../../local/kernel/failure';
import { type BusEvent, EventBridge, type RuleTarget } from '../../../../local/runtime/events/event-bridge';
import { room } from '../../../rig/room';

const rule = {
  name: 'on-push',
  pattern: { source: ['aws.codecommit'] },
  state: 'ENABLED' as const,
  targets: [
    {
      id: 'pipeline',
      arn: 'arn:aws:codepipeline:eu-west-1:000000000000:app',
      roleArn: 'arn:aws:iam::000000000000:role/r',
    },
  ],
};
const push = {
  source: 'aws.codecommit',
  detailType: 'CodeCommit Repository State Change',
  resources: [],
  detail: { event: 'referenceUpdated' },
};

function bridge(deliver?: (target: RuleTarget, event: BusEvent) => void) {
  const delivered: { target: RuleTarget; event: BusEvent }[] = [];
  const kit = room();
  const assumed: string[] = [];
  const roles = {
    assume(roleArn: string, _session: string, service: string) {
      assumed.push(`${roleArn} by ${service}`);
      if (!roleArn.endsWith('role/r')) throw new AwsError('AccessDenied', `not authorized to assume ${roleArn}`);
      return { accessKeyId: 'a', secretAccessKey: 's' };
    },
  };
  const codepipeline = deliver ?? ((target, event) => void delivered.push({ target, event }));
  const bridge = new EventBridge({ ...kit, roles, targets: { codepipeline, lambda: codepipeline } });
  return { ...kit, delivered, assumed, events: kit.events, bridge };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('EventBridge', () => {
  test('an event that a rule matches reaches its target, in EventBridge’s own field names (A32)', async () => {
    const { bridge: events, delivered } = bridge();
    events.putRule(rule);
    events.publish(push);
    await settled();
    expect(delivered).toHaveLength(1);
    expect(delivered[0]?.target).toEqual(rule.targets[0]);
    expect(delivered[0]?.event).toMatchObject({
      version: '0',
      'detail-type': 'CodeCommit Repository State Change',
      source: 'aws.codecommit',
      account: '000000000000',
      region: 'eu-west-1',
      time: '2026-01-01T00:00:00Z',
    });
  });

  test('a disabled rule, and one whose pattern does not match, deliver nothing', async () => {
    const { bridge: events, delivered } = bridge();
    events.putRule({ ...rule, state: 'DISABLED' });
    events.putRule({ ...rule, name: 'other', pattern: { source: ['aws.s3'] } });
    events.publish(push);
    await settled();
    expect(delivered).toEqual([]);
  });

  test('an unsupported target is refused by name when the rule is created', () => {
    const { bridge: events } = bridge();
    const sqs = { ...rule, targets: [{ id: 'queue', arn: 'arn:aws:sqs:eu-west-1:000000000000:q' }] };
    expect(() => events.putRule(sqs)).toThrow('the EventBridge target arn:aws:sqs:eu-west-1:000000000000:q');
  });

  test('a target that refuses an event is reported, and does not affect the others', async () => {
    const { bridge: events, events: said } = bridge(() => {
      throw new Error('no such pipeline');
    });
    events.putRule(rule);
    events.publish(push);
    await settled();
    expect(said).toEqual([
      expect.objectContaining({ type: 'notice', level: 'error', message: expect.stringContaining('no such pipeline') }),
    ]);
  });

  test('a pipeline is started with the role of the rule; a rule without one is refused', async () => {
    const { bridge: events, assumed, delivered, events: said } = bridge();
    const [target] = rule.targets;
    expect(() => events.putRule({ ...rule, targets: [{ id: 'p', arn: target?.arn ?? '' }] })).toThrow(
      'RoleArn is required for target arn:aws:codepipeline:eu-west-1:000000000000:app.',
    );
    events.putRule({
      ...rule,
      targets: [{ id: 'p', arn: target?.arn ?? '', roleArn: 'arn:aws:iam::000000000000:role/other' }],
    });
    events.publish(push);
    await settled();
    expect(assumed).toEqual(['arn:aws:iam::000000000000:role/other by events.amazonaws.com']);
    expect(delivered).toEqual([]);
    expect(said).toEqual([expect.objectContaining({ message: expect.stringContaining('not authorized to assume') })]);
  });

  test('an event has an id, its time, and no members without a value', async () => {
    const { bridge: events, delivered } = bridge();
    events.putRule(rule);
    const id = events.publish({ ...push, detail: { a: undefined }, time: new Date('2025-05-05T05:05:05Z') });
    await settled();
    expect(delivered[0]?.event).toMatchObject({ id, time: '2025-05-05T05:05:05Z' });
    expect(Object.keys(delivered[0]?.event.detail ?? {})).toEqual([]);
  });

  test('a deleted rule is gone', () => {
    const { bridge: events } = bridge();
    events.putRule(rule);
    events.deleteRule('on-push');
    expect(() => events.rule('on-push')).toThrow('Rule on-push does not exist on EventBus default.');
  });
});
