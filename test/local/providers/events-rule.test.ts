import { eventsRule } from '../../../local/providers/events-rule';
import { EventBridge } from '../../../local/runtime/events/event-bridge';
import { room } from '../../rig/room';
import { providerContext } from './provider-context';

const pipeline = {
  Id: 'Pipeline',
  Arn: 'arn:aws:codepipeline:eu-west-1:000000000000:app',
  RoleArn: 'arn:aws:iam::000000000000:role/start',
};
const properties = {
  Description: 'Commits start the pipeline',
  EventPattern: { source: ['aws.codecommit'], detail: { referenceName: ['main'] } },
  Targets: [pipeline],
};

function setUp() {
  const started: string[] = [];
  const roles = { assume: () => ({ accessKeyId: 'a', secretAccessKey: 's' }) };
  const targets = { codepipeline: ({ arn }: { arn: string }) => void started.push(arn) };
  const events = new EventBridge({ ...room(), roles, targets });
  const push = (branch: string) => {
    events.publish({ source: 'aws.codecommit', detailType: 'x', resources: [], detail: { referenceName: branch } });
    return new Promise((resolve) => setImmediate(resolve));
  };
  return { events, started, push, provider: eventsRule(events), ctx: providerContext() };
}

describe('AWS::Events::Rule', () => {
  test('an event that matches the pattern of a rule reaches its target', async () => {
    const { provider, ctx, push, started } = setUp();
    expect(await provider.create(ctx, properties)).toEqual({
      physicalId: 'demo-Thing-1A2B3C',
      attributes: { Arn: 'arn:aws:events:eu-west-1:000000000000:rule/demo-Thing-1A2B3C' },
    });
    expect(ctx.made).toEqual(['demo-Thing-1A2B3C']);
    await push('release');
    expect(started).toEqual([]);
    await push('main');
    expect(started).toEqual([pipeline.Arn]);
  });

  test('an update changes the rule in place; a disabled rule delivers nothing', async () => {
    const { events, provider, ctx, push, started } = setUp();
    const named = { ...properties, Name: 'on-push' };
    const current = { ...(await provider.create(ctx, named)), properties: named };
    await provider.update?.(ctx, current, { ...named, State: 'DISABLED' });
    await push('main');
    expect(started).toEqual([]);
    expect(events.listRules().map(({ name, state }) => [name, state])).toEqual([['on-push', 'DISABLED']]);
  });

  test('deletion is idempotent', async () => {
    const { events, provider, ctx } = setUp();
    const current = { ...(await provider.create(ctx, properties)), properties };
    await provider.delete(ctx, current);
    await provider.delete(ctx, current);
    expect(events.listRules()).toEqual([]);
  });

  test('unsupported settings are refused by name before anything is changed', () => {
    const { provider } = setUp();
    expect(provider.refuse?.(properties)).toEqual([]);
    expect(provider.refuse?.({ Targets: [{ ...pipeline, InputTransformer: {} }] })).toEqual([
      'EventPattern: a rule without it',
      'Targets.0.InputTransformer',
    ]);
  });

  test('an unknown pattern is refused with EventBridge’s message', async () => {
    const { provider, ctx } = setUp();
    const wrong = { ...properties, EventPattern: { source: 'aws.codecommit' } };
    await expect(provider.create(ctx, wrong)).rejects.toMatchObject({ code: 'InvalidEventPatternException' });
  });
});
