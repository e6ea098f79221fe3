import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Topic } from '../../../../infra/constructs/functions/topic';
import { scratchApp } from '../../../rig/scratch-app';

function topic(...mails: string[]): Template {
  const stack = new Stack(scratchApp(), 'stack');
  new Topic(stack, 'Told', { topicName: 'told', displayName: 'Somebody', mails });
  return Template.fromStack(stack);
}

test('messages of a topic are encrypted, and nobody publishes without TLS', () => {
  topic().hasResourceProperties('AWS::SNS::Topic', { TopicName: 'told', KmsMasterKeyId: 'alias/aws/sns' });
  topic().hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: [{ Effect: 'Deny', Action: 'sns:Publish', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    },
  });
});

test('no AWS service publishes to the topic, since the key that AWS manages does not permit it', () => {
  expect(JSON.stringify(topic())).not.toContain('"Service"');
});

test('an added mail address does not change the other subscriptions', () => {
  const before = topic('a@example.com', 'b@example.com').findResources('AWS::SNS::Subscription');
  const after = topic('c@example.com', 'b@example.com', 'a@example.com').findResources('AWS::SNS::Subscription');
  expect(Object.keys(before)).toHaveLength(2);
  expect(after).toMatchObject(before);
});
