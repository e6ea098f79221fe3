import { Match } from 'aws-cdk-lib/assertions';
import { environment, everything, propertiesOf, template } from '../../synthesized';

const asked = template('greeter-pipeline', { environments: [environment('dev', 0), everything('prod')] });

interface Action {
  readonly Name: string;
  readonly RunOrder: number;
  readonly Namespace?: string;
  readonly RoleArn: { readonly 'Fn::GetAtt': [string, string] };
  readonly ActionTypeId: object;
  readonly Configuration: Record<string, unknown>;
  readonly TimeoutInMinutes?: number;
}

const stages = propertiesOf(asked, 'AWS::CodePipeline::Pipeline')[0]!['Stages'] as {
  Name: string;
  Actions: Action[];
}[];
const [look, approval] = stages.find(({ Name }) => Name === 'approve-prod')!.Actions as [Action, Action];

test('an approval shows the image and the one that it replaces, and waits as long as the settings allow (A57)', () => {
  expect(approval).toMatchObject({
    Name: 'Approval',
    RunOrder: 2,
    ActionTypeId: { Category: 'Approval', Owner: 'AWS', Provider: 'Manual', Version: '1' },
    TimeoutInMinutes: 1440,
    Configuration: { NotificationArn: { Ref: expect.stringMatching(/^Approveprod.*Topic/) as string } },
  });
  expect(String(approval.Configuration['CustomData']).split('\n')).toEqual([
    'Shall greeter #{Version.ImageVersion} go to prod?',
    'Image: #{Bake.ImageId}',
    'Commit: #{Version.CommitId} #{Version.CommitSubject}',
    'Replaces: #{Look-prod.Serving}',
  ]);
});

test('the replaced image is read before the approval, under the variable that the approval uses (A24)', () => {
  expect(look).toMatchObject({ Name: 'Look', RunOrder: 1, Namespace: 'Look-prod' });
  expect(look.Configuration['UserParameters']).toBe('{"stack":"greeter-prod-fleet","max":6}');
});

test('an approval without settings waits a week and sends no mail', () => {
  const found = template('greeter-pipeline', { environments: [{ ...environment('dev', 0), approval: {} }] });
  found.hasResourceProperties('AWS::CodePipeline::Pipeline', {
    Stages: Match.arrayWith([
      Match.objectLike({
        Name: 'approve-dev',
        Actions: Match.arrayWith([Match.objectLike({ TimeoutInMinutes: 10_080 })]),
      }),
    ]),
  });
  found.resourceCountIs('AWS::SNS::Subscription', 0);
});

test('approvals are announced on a topic of the environment, to the subscribers in the settings', () => {
  asked.hasResourceProperties('AWS::SNS::Topic', { TopicName: 'greeter-prod-approvals' });
  expect(propertiesOf(asked, 'AWS::SNS::Subscription')).toEqual([
    { Protocol: 'email', Endpoint: 'lead@example.com', TopicArn: approval.Configuration['NotificationArn'] },
    { Protocol: 'email', Endpoint: 'on-call@example.com', TopicArn: approval.Configuration['NotificationArn'] },
  ]);
});

test('the role of the approval may publish to this topic, and nothing else', () => {
  const role = asked.toJSON()['Resources'][approval.RoleArn['Fn::GetAtt'][0]] as {
    Properties: { Policies: { PolicyDocument: { Statement: object[] } }[] };
  };
  expect(role.Properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual([
    { Sid: 'Ask', Effect: 'Allow', Action: ['sns:Publish'], Resource: [approval.Configuration['NotificationArn']] },
  ]);
});

test('without an approval there is no stage, no topic and no function that reads the fleet', () => {
  const silent = template('greeter-pipeline');
  const topics = propertiesOf(silent, 'AWS::SNS::Topic').map(({ TopicName }) => TopicName);
  expect(topics).toEqual(['greeter-runs']);
  expect(propertiesOf(silent, 'AWS::Lambda::Function').map(({ FunctionName }) => FunctionName)).not.toContain(
    'greeter-describe-fleet',
  );
});
