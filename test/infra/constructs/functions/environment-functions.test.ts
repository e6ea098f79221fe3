import { propertiesOf, THREE, template } from '../../synthesized';

interface Statement {
  readonly Sid: string;
  readonly Action: string[];
  readonly Resource: unknown[];
}

const pipeline = template('greeter-pipeline', THREE);

/**
 * Returns the permissions of a function's role, by the name of the grant; ARNs without what every one of them begins
 * with.
 */
function powers(description: string): Record<string, { actions: string[]; on: string[] }> {
  const role = propertiesOf(pipeline, 'AWS::IAM::Role').find(({ Description }) => Description === description)!;
  const [{ PolicyDocument }] = role['Policies'] as [{ PolicyDocument: { Statement: Statement[] } }];
  const last = (arn: unknown) =>
    typeof arn === 'string' ? arn : String((arn as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1].at(-1));
  return Object.fromEntries(
    PolicyDocument.Statement.filter(({ Sid }) => !['Log', 'AnswerThePipeline'].includes(Sid)).map(
      ({ Sid, Action, Resource }) => [Sid, { actions: Action, on: Resource.map(last) }],
    ),
  );
}

test('the function that prepares stacks can recover only the fleets that this pipeline deploys', () => {
  const grants = powers('Makes the stacks of greeter ready to be deployed');
  const stacks = ['dev-fleet', 'qa-fleet', 'prod-fleet'].map((stack) => `:stack/greeter-${stack}/*`);
  const operations = ['DescribeStacks', 'DescribeStackEvents', 'ContinueUpdateRollback', 'DeleteStack', 'UpdateStack'];
  expect(grants).toEqual({
    LookAtStacks: { actions: ['cloudformation:DescribeStacks'], on: [':stack/greeter-image/*'] },
    PrepareFleets: { actions: operations.map((operation) => `cloudformation:${operation}`), on: stacks },
    FindKeptVersions: { actions: ['imagebuilder:GetComponent'], on: [':component/greeter-image/*'] },
    LookAtGroups: { actions: ['autoscaling:DescribeAutoScalingGroups'], on: ['*'] },
    LookAtActivities: { actions: ['autoscaling:DescribeScalingActivities'], on: ['*'] },
    LookAtEnds: { actions: ['cloudwatch:GetMetricStatistics'], on: ['*'] },
    ResumeAfterAKilledRoll: {
      actions: ['autoscaling:ResumeProcesses'],
      on: ['dev', 'qa', 'prod'].map((name) => `:autoScalingGroup:*:autoScalingGroupName/greeter-${name}-fleet-Fleet-*`),
    },
  });
});

test('the function that verifies an environment may read the alarms of the environments, and changes nothing', () => {
  expect(powers('Asks the environments of greeter whether they serve')).toEqual({
    LookAtAlarms: {
      actions: ['cloudwatch:DescribeAlarms'],
      on: ['errors', 'unhealthy-hosts', 'latency'].map((subject) => `:alarm:greeter-prod-${subject}`),
    },
  });
});

test('the function that describes a fleet changes nothing', () => {
  const actions = Object.values(powers('Tells what the fleets of greeter serve')).flatMap((grant) => grant.actions);
  expect(actions.length).toBeGreaterThan(2);
  expect(actions.filter((action) => !/:Describe/.test(action))).toEqual([]);
});
