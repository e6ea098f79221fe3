import { Match } from 'aws-cdk-lib/assertions';
import { propertiesOf, THREE, template } from '../synthesized';

const told = template('greeter-pipeline', THREE);

test('a run of this pipeline that failed is explained (A33)', () => {
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

test('the explanation goes to the topic of runs, and to those that the settings name', () => {
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

test('an event that was not explained is tried again: nobody waits for the answer', () => {
  told.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
    FunctionName: { Ref: Match.stringLikeRegexp('^FailuresExplain') },
    MaximumRetryAttempts: 2,
  });
});

test('who explains reads, publishes and writes its log, and answers no job', () => {
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

test('of the servers of others it reads no console', () => {
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

test('who names nobody has the topic all the same, for subscribers of their own', () => {
  const pipeline = template('greeter-pipeline');
  pipeline.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'greeter-explain-failure' });
  pipeline.resourceCountIs('AWS::SNS::Topic', 1);
  pipeline.resourceCountIs('AWS::SNS::Subscription', 0);
});
