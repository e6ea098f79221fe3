import { CfnSubscription, CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Grant } from './grant';
import { tlsOnly } from './tls-only';

export interface TopicProps {
  readonly topicName: string;
  /** Whom mails are from, as a mail program shows it. */
  readonly displayName: string;
  /** Mail addresses. SNS asks each whether it wants to be told, and tells it nothing before it has said so. */
  readonly mails: readonly string[];
}

/**
 * A topic that tells people something. Only roles of this account publish to it, so that the key that AWS manages for SNS
 * serves: it may be used by whoever may use the topic. (A service as the publisher would need a key of our own, whose
 * policy names it.)
 */
export class Topic extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { topicName, displayName, mails }: TopicProps) {
    super(scope, id);
    const topic = new CfnTopic(this, 'Topic', { topicName, displayName, kmsMasterKeyId: 'alias/aws/sns' });
    this.arn = topic.ref;
    new CfnTopicPolicy(this, 'Policy', {
      topics: [this.arn],
      policyDocument: {
        Version: '2012-10-17',
        Statement: [tlsOnly('sns:Publish', this.arn)],
      },
    });
    for (const mail of mails) {
      // By its address: one that is added or taken away leaves the others, and what they have answered, alone.
      new CfnSubscription(this, `Mail-${mail}`, { topicArn: this.arn, protocol: 'email', endpoint: mail });
    }
  }

  publish(): Grant {
    return { actions: ['sns:Publish'], on: [this.arn] };
  }
}
