import { Match } from 'aws-cdk-lib/assertions';
import { propertiesOf, THREE, template } from '../../synthesized';

const told = template('greeter-pipeline', THREE);

test('a failed run of this pipeline starts the function that explains failures (A33)', () => {
  told.hasResourceProperties('AWS::Events::Rule', {
    State: 'ENABLED',
    EventPattern: {
      source: ['aws.codepipeline'],
      'detail-type': ['CodePipeline Pipeline Execution State Change'],
      detail: { pipeline: ['greeter'], state: ['FAILED'] },
    },
    Targets: [{ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^FailuresExplainFunction'), 'Arn'] } }],
  });
});

test('the rule, and nothing else, may invoke the function', () => {
  expect(propertiesOf(told, 'AWS::Lambda::Permission')).toEqual([
    {
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      FunctionName: { Ref: expect.stringMatching(/^FailuresExplainFunction/) as string },
      SourceArn: { 'Fn::GetAtt': [expect.stringMatching(/^FailuresRule/), 'Arn'] },
    },
  ]);
});

test('the explanation goes to the topic of runs, and to the subscribers in the settings', () => {
  told.hasResourceProperties('AWS::SNS::Topic', { TopicName: 'greeter-runs' });
  told.hasResourceProperties('AWS::SNS::Subscription', {
    Endpoint: 'team@example.com',
    TopicArn: { Ref: Match.stringLikeRegexp('^FailuresTopic') },
  });
  told.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: 'greeter-explain-failure',
    Environment: { Variables: { TOPIC: { Ref: Match.stringLikeRegexp('^FailuresTopic') } } },
  });
});

test('an event whose explanation failed is tried again, since nothing waits for the result', () => {
  told.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
    FunctionName: { Ref: Match.stringLikeRegexp('^FailuresExplain') },
    MaximumRetryAttempts: 2,
  });
});

test('the function that explains failures reads, publishes and writes its log, and never reports a job result', () => {
  const role = propertiesOf(told, 'AWS::IAM::Role').find(
    ({ Description }) => Description === 'Tells why a run of greeter failed',
  )!;
  const [{ PolicyDocument }] = role['Policies'] as [{ PolicyDocument: { Statement: { Action: string[] }[] } }];
  const actions = PolicyDocument.Statement.flatMap(({ Action }) => Action);
  expect(actions.filter((action) => !/:(Get|List|Describe|BatchGet)/.test(action)).sort()).toEqual([
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'sns:Publish',
  ]);
});

test('the function that explains failures cannot read the consoles of foreign servers', () => {
  told.hasResourceProperties('AWS::IAM::Role', {
    Description: 'Tells why a run of greeter failed',
    Policies: [
      {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Action: ['ec2:GetConsoleOutput'],
              Condition: { StringEquals: { 'aws:ResourceTag/Repository': 'greeter' } },
            }),
          ]),
        },
      },
    ],
  });
});

test('without subscribers in the settings the topic exists too, for other subscribers', () => {
  const pipeline = template('greeter-pipeline');
  pipeline.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'greeter-explain-failure' });
  pipeline.resourceCountIs('AWS::SNS::Topic', 1);
  pipeline.resourceCountIs('AWS::SNS::Subscription', 0);
});
