import { bodyFor } from '../../../../local/runtime/sns/message';
import { letsServicePublish } from '../../../../local/runtime/sns/policy';
import { Sns } from '../../../../local/runtime/sns/sns';
import { room } from '../../../rig/room';

const fn = 'arn:aws:lambda:eu-west-1:000000000000:function:fn';

function setUp() {
  const mails: string[] = [];
  const invoked: { functionArn: string; event: object; topicArn: string }[] = [];
  const parts = room();
  const sns = new Sns({
    ...parts,
    logs: { write: (group, stream, messages) => void mails.push(`${group} ${stream} ${messages.join('|')}`) },
    invoke(functionArn, event, topicArn) {
      if (functionArn !== fn) throw new Error('no such function');
      invoked.push({ functionArn, event, topicArn });
    },
  });
  const topicArn = sns.createTopic('runs', { tags: {} }).arn;
  return { ...parts, sns, mails, invoked, topicArn };
}

describe('topics', () => {
  test('a topic that is created again with the same settings is returned; with others it is refused', () => {
    const { sns, topicArn } = setUp();
    expect(topicArn).toBe('arn:aws:sns:eu-west-1:000000000000:runs');
    expect(sns.createTopic('runs', { tags: {} }).arn).toBe(topicArn);
    expect(() => sns.createTopic('runs', { displayName: 'Runs', tags: {} })).toThrow('different attributes');
    expect(() => sns.createTopic('runs', { tags: { team: 'web' } })).toThrow('different tags');
    expect(sns.topics()).toHaveLength(1);
  });

  test('names that SNS refuses are refused, and FIFO topics by name', () => {
    const { sns } = setUp();
    expect(() => sns.createTopic('a b', { tags: {} })).toThrow('Invalid parameter: Topic Name');
    expect(() => sns.createTopic('runs.fifo', { tags: {} })).toThrow('A FIFO topic is not supported');
    expect(() => sns.topic('runs')).toThrow('An ARN must have at least 6 elements, not 1');
    expect(() => sns.topic('arn:aws:sns:eu-west-1:000000000000:none')).toThrow('Topic does not exist');
  });

  test('deletion of a topic removes its subscriptions, and is idempotent', () => {
    const { sns, topicArn } = setUp();
    const { arn } = sns.subscribe(topicArn, { protocol: 'email', endpoint: 'a@example.com' });
    sns.deleteTopic(topicArn);
    sns.deleteTopic(topicArn);
    expect(() => sns.subscription(arn)).toThrow('Subscription does not exist');
  });

  test('a policy may permit a service to publish; the default policy permits none', () => {
    const { sns, topicArn } = setUp();
    expect(sns.permits(topicArn, 'events.amazonaws.com')).toBe(false);
    const statement = { Effect: 'Allow', Action: 'sns:Publish', Resource: topicArn };
    sns.change(topicArn, {
      policy: { Statement: [{ ...statement, Principal: { Service: 'events.amazonaws.com' } }] },
    });
    expect(sns.permits(topicArn, 'events.amazonaws.com')).toBe(true);
    expect(sns.permits(topicArn, 'codestar-notifications.amazonaws.com')).toBe(false);
    const others = [
      { ...statement, Principal: { Service: 'events.amazonaws.com' }, Action: 'sns:Subscribe' },
      { ...statement, Principal: { Service: 'events.amazonaws.com' }, Effect: 'Deny' },
    ];
    expect(letsServicePublish({ Statement: others }, 'events.amazonaws.com')).toBe(false);
    expect(letsServicePublish({ Statement: { ...statement, Principal: '*' } }, 'events.amazonaws.com')).toBe(true);
  });
});

describe('subscriptions', () => {
  test('a mail address waits for confirmation, a function is subscribed at once, and subscribing is idempotent', () => {
    const { sns, topicArn } = setUp();
    const mail = sns.subscribe(topicArn, { protocol: 'email', endpoint: 'a@example.com' });
    expect(mail).toMatchObject({ pending: true, topicArn });
    expect(sns.subscribe(topicArn, { protocol: 'lambda', endpoint: fn }).pending).toBe(false);
    expect(sns.subscribe(topicArn, { protocol: 'email', endpoint: 'a@example.com' })).toEqual(mail);
    expect(sns.subscriptions()).toHaveLength(2);
  });

  test.each([
    ['sqs', 'arn:aws:sqs:eu-west-1:000000000000:queue', 'The SNS protocol sqs is not supported'],
    ['pigeon', 'x', 'Amazon SNS does not support this protocol string: pigeon'],
    ['email', 'nobody', 'Invalid parameter: Email address'],
    ['lambda', 'fn', 'Invalid parameter: Lambda endpoint ARN'],
  ])('%s to %s is refused', (protocol, endpoint, words) => {
    const { sns, topicArn } = setUp();
    expect(() => sns.subscribe(topicArn, { protocol, endpoint })).toThrow(words);
  });
});

describe('publishing', () => {
  test('mails are in the log of the topic, one stream for each address', () => {
    const { sns, topicArn, mails, events } = setUp();
    sns.subscribe(topicArn, { protocol: 'email', endpoint: 'a@example.com' });
    sns.publish(topicArn, { subject: 'run failed', message: 'why', attributes: { pipelineExecutionId: '1' } });
    sns.publish(topicArn, { message: 'again' });
    expect(mails).toEqual([
      '/aws/sns/runs a@example.com Subject: run failed\n\nwhy',
      '/aws/sns/runs a@example.com Subject: AWS Notification Message\n\nagain',
    ]);
    expect(events[0]).toMatchObject({
      type: 'message-published',
      topicArn,
      subject: 'run failed',
      message: 'why',
      attributes: { pipelineExecutionId: '1' },
    });
  });

  test('a function gets the event that SNS sends, without a signature', () => {
    const { sns, topicArn, invoked } = setUp();
    const { arn } = sns.subscribe(topicArn, { protocol: 'lambda', endpoint: fn });
    const MessageId = sns.publish(topicArn, { message: 'why', attributes: { id: '1' } });
    const Sns = {
      Type: 'Notification',
      MessageId,
      TopicArn: topicArn,
      Subject: null,
      Message: 'why',
      Timestamp: '2026-01-01T00:00:00.000Z',
      MessageAttributes: { id: { Type: 'String', Value: '1' } },
    };
    const record = { EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: arn, Sns };
    expect(invoked).toEqual([{ functionArn: fn, event: { Records: [record] }, topicArn }]);
  });

  test('a subscriber that refuses is reported, and does not affect the others', () => {
    const { sns, topicArn, events, mails } = setUp();
    sns.subscribe(topicArn, { protocol: 'lambda', endpoint: `${fn}-gone` });
    sns.subscribe(topicArn, { protocol: 'email', endpoint: 'a@example.com' });
    sns.publish(topicArn, { message: 'why' });
    expect(mails).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'notice')).toMatchObject([
      { level: 'error', message: `topic runs could not deliver to ${fn}-gone: no such function` },
    ]);
  });

  test.each([
    [{ message: '' }, 'Invalid parameter: Empty message'],
    [{ message: 'm', subject: 'x'.repeat(101) }, 'Invalid parameter: Subject'],
    [{ message: 'm', subject: 'two\nlines' }, 'Invalid parameter: Subject'],
    [{ message: 'm', subject: 'très' }, 'Invalid parameter: Subject'],
    [{ message: 'm', subject: '' }, 'Invalid parameter: Subject'],
    [{ message: 'ä'.repeat(131_073) }, 'Invalid parameter: Message too long'],
    [{ message: 'm', structure: 'xml' }, 'Invalid parameter: MessageStructure'],
    [{ message: 'm', structure: 'json' }, 'JSON message body failed to parse'],
    [{ message: '1', structure: 'json' }, 'No JSON message body'],
    [{ message: '{"email":"m","default":1}', structure: 'json' }, 'No default entry in JSON message body'],
    [{ message: 'm', attributes: { a: { type: 'String', value: '' } } }, 'must contain non-empty message attribute'],
    [{ message: 'm', attributes: { a: { type: 'Text', value: 'x' } } }, 'invalid message attribute type'],
    [{ message: 'm', attributes: { a: { type: 'Number', value: 'x' } } }, 'Could not cast message attribute'],
    [{ message: 'm', attributes: { 'AWS.x': { type: 'String', value: 'x' } } }, 'Invalid message attribute name'],
  ])('%j is refused with SNS’s message', (message, words) => {
    const { sns, topicArn, events } = setUp();
    expect(() => sns.publishMessage(topicArn, message)).toThrow(words);
    expect(events).toEqual([]);
  });

  test('the limit counts bytes, including those of the attributes', () => {
    const { sns, topicArn } = setUp();
    const attributes = { name: { type: 'String', value: 'value' } };
    const room = 256 * 1024 - 'nameStringvalue'.length;
    expect(() => sns.publishMessage(topicArn, { message: 'x'.repeat(room), attributes })).not.toThrow();
    expect(() => sns.publishMessage(topicArn, { message: 'x'.repeat(room + 1), attributes })).toThrow('too long');
  });

  test('with a structure each protocol gets its own text, or the default', () => {
    const message = { structure: 'json', message: '{"email":"dear","default":"hey","sms":3}' };
    expect(bodyFor('email', message)).toBe('dear');
    expect(bodyFor('lambda', message)).toBe('hey');
  });
});
