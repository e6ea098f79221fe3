import { environment, propertiesOf, template } from '../../synthesized';

interface Statement {
  readonly Sid: string;
  readonly Action: string[];
  readonly Resource: unknown[];
}

/** The grants of a role of the environment, by name. */
function grants(description: string, strategy: 'rolling' | 'instance-refresh' = 'rolling'): Map<string, Statement> {
  const dev = { ...environment('dev', 0), strategy };
  const roles = propertiesOf(template('greeter-dev-environment', { environments: [dev] }), 'AWS::IAM::Role');
  const role = roles.find(({ Description }) => Description === description);
  const [policy] = role!['Policies'] as { PolicyDocument: { Statement: Statement[] } }[];
  return new Map(policy!.PolicyDocument.Statement.map((statement) => [statement.Sid, statement]));
}

const GROUP = {
  'Fn::Join': [
    '',
    [
      'arn:',
      { Ref: 'AWS::Partition' },
      ':autoscaling:',
      { Ref: 'AWS::Region' },
      ':',
      { Ref: 'AWS::AccountId' },
      ':autoScalingGroup:*:autoScalingGroupName/greeter-dev-fleet-Fleet-*',
    ],
  ],
};

test('a server may complete lifecycle actions of its own group only (F23)', () => {
  expect(grants('The servers of greeter in dev').get('EnterOwnGroup')).toEqual(
    expect.objectContaining({ Action: ['autoscaling:CompleteLifecycleAction'], Resource: [GROUP] }),
  );
});

test('a deployment may change every setting of its own group, and no other group (F24)', () => {
  const group = grants('Deploys the fleet of greeter in dev').get('Group');
  expect(group?.Resource).toEqual([GROUP]);
  expect(group?.Action).toEqual(
    expect.arrayContaining([
      'autoscaling:PutScalingPolicy',
      'autoscaling:DeletePolicy',
      'autoscaling:PutScheduledUpdateGroupAction',
      'autoscaling:DeleteScheduledAction',
      'autoscaling:PutLifecycleHook',
      'autoscaling:DeleteLifecycleHook',
      'autoscaling:StartInstanceRefresh',
      'autoscaling:CancelInstanceRefresh',
      'autoscaling:SuspendProcesses',
      'autoscaling:ResumeProcesses',
    ]),
  );
});

test('the roles are the same for both strategies, so that a commit, and its rollback, can change the strategy', () => {
  for (const description of ['The servers of greeter in dev', 'Deploys the fleet of greeter in dev']) {
    expect(grants(description, 'instance-refresh')).toEqual(grants(description));
  }
});
