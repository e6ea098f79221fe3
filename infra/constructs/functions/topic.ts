import { CfnSubscription, CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Grant } from '../roles/grant';
import { tlsOnly } from '../roles/tls-only';

export interface TopicProps {
  readonly topicName: string;
  /** Whom mails are from, as a mail program shows it. */
  readonly displayName: string;
  /** Mail addresses. SNS asks each for confirmation, and sends nothing before. */
  readonly mails: readonly string[];
}

/**
 * A topic that notifies people. Only roles of this account publish to it, so the key that AWS manages for SNS suffices:
 * every principal that may use the topic may use that key. (A service as publisher would need a key of our own, whose
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
      // By its address, so that adding or removing one keeps the others and their confirmations.
      new CfnSubscription(this, `Mail-${mail}`, { topicArn: this.arn, protocol: 'email', endpoint: mail });
    }
  }

  publish(): Grant {
    return { actions: ['sns:Publish'], on: [this.arn] };
  }
}
