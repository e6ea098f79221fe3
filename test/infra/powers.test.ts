import type { EnvironmentSettings } from '../../infra/settings/types';
import { environment, everything, PLACES, propertiesOf, templates } from './synthesized';

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string[];
  readonly Resource: unknown[];
  readonly Condition?: { readonly StringEquals?: Record<string, string> };
}

interface Role {
  readonly Description: string;
  readonly AssumeRolePolicyDocument: {
    readonly Statement: { readonly Principal: Record<string, unknown>; readonly Condition?: object }[];
  };
  readonly Policies: { readonly PolicyDocument: { readonly Statement: Statement[] } }[];
}

const roles = [...templates({ environments: [environment('dev', 0), environment('qa', 1)] }).values()].flatMap(
  (template) => propertiesOf(template, 'AWS::IAM::Role') as unknown as Role[],
);
const statements = (role: Role) => role.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
const granted = roles.flatMap((role) => statements(role).map((statement) => ({ role, statement })));

const SERVICE = expect.stringMatching(/^[a-z0-9]+\.amazonaws\.com$/) as string;

test('every role trusts exactly one service or one role', () => {
  expect(roles.length).toBeGreaterThan(15);
  for (const { Description, AssumeRolePolicyDocument } of roles) {
    const [principal, ...others] = AssumeRolePolicyDocument.Statement.map(({ Principal }) => Principal);
    expect([Description, others]).toEqual([Description, []]);
    const one = 'Service' in principal! ? { Service: SERVICE } : { AWS: { 'Fn::GetAtt': [expect.anything(), 'Arn'] } };
    expect([Description, principal]).toEqual([Description, one]);
  }
});

test('a service principal with a source condition is limited to this account', () => {
  const trusted = roles.flatMap(({ AssumeRolePolicyDocument }) => AssumeRolePolicyDocument.Statement);
  const conditions = new Map(trusted.map(({ Principal, Condition }) => [Principal['Service'], Condition]));
  const own = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
  for (const service of ['codebuild', 'codepipeline', 'events']) {
    expect([service, conditions.get(`${service}.amazonaws.com`)]).toEqual([service, own]);
  }
});

test('every PassRole grant names one role and the service that receives it', () => {
  const passes = granted.filter(({ statement }) => statement.Action.includes('iam:PassRole'));
  expect(passes.length).toBeGreaterThan(4);
  for (const { statement } of passes) {
    expect(statement.Action).toEqual(['iam:PassRole']);
    expect(statement.Resource).toHaveLength(1);
    expect(JSON.stringify(statement.Resource)).not.toContain('*');
    expect(statement.Condition?.StringEquals?.['iam:PassedToService']).toMatch(
      /^(ec2|cloudformation)\.amazonaws\.com$/,
    );
  }
});

/** Returns the actions that change something, of those that begin so. */
const changes = (role: Role, prefix: string) =>
  statements(role)
    .flatMap(({ Action }) => Action)
    .filter((action) => action.startsWith(prefix) && !/:(Describe|Get|List)/.test(action))
    .sort();

const deployments = roles.filter(
  (role) =>
    'Service' in role.AssumeRolePolicyDocument.Statement[0]!.Principal &&
    role.AssumeRolePolicyDocument.Statement[0]!.Principal['Service'] === 'cloudformation.amazonaws.com',
);

test('a commit’s deployment changes no role; it may pass one, and create a service-linked role', () => {
  expect(deployments.map(({ Description }) => Description).sort()).toEqual([
    'Bakes the images of greeter',
    'Deploys the fleet of greeter in dev',
    'Deploys the fleet of greeter in qa',
  ]);
  for (const role of deployments) {
    expect(changes(role, 'iam:')).toEqual(['iam:CreateServiceLinkedRole', 'iam:PassRole']);
  }
});

test('a commit’s deployment changes no network and no load balancer', () => {
  for (const role of deployments) {
    expect(changes(role, 'elasticloadbalancing:')).toEqual([]);
    expect(changes(role, 'ec2:').filter((action) => !/LaunchTemplate|RunInstances|CreateTags/.test(action))).toEqual(
      [],
    );
  }
});

describe('the role that deploys a commit’s fleet', () => {
  const deployer = (fleet: Partial<EnvironmentSettings['fleet']> = {}) => {
    const dev = environment('dev', 0);
    const made = templates({ environments: [{ ...dev, fleet: { ...dev.fleet, ...fleet } }] }).values();
    const all = [...made].flatMap((template) => propertiesOf(template, 'AWS::IAM::Role') as unknown as Role[]);
    return statements(all.find(({ Description }) => Description === 'Deploys the fleet of greeter in dev')!);
  };
  const starting = (some: Statement[], resource: string) =>
    some.filter(
      ({ Action, Resource }) =>
        Action.includes('ec2:RunInstances') && JSON.stringify(Resource).includes(`:${resource}/*`),
    );

  test('launches servers of the instance family in the settings, or of the permitted ones, with IMDSv2', () => {
    const required = { StringEquals: { 'ec2:MetadataHttpTokens': 'required' } };
    const condition = (fleet: Parameters<typeof deployer>[0]) =>
      starting(deployer(fleet), 'instance').map(({ Condition }) => Condition);
    expect(condition({})).toEqual([{ ...required, StringLike: { 'ec2:InstanceType': ['t4g.*'] } }]);
    const permittedInstanceTypes = ['t4g.micro', 'm7g.*'];
    expect(condition({ permittedInstanceTypes })).toEqual([
      { ...required, StringLike: { 'ec2:InstanceType': permittedInstanceTypes } },
    ]);
  });

  test('launches them from its own launch template, and from images of its own account', () => {
    const conditions = ['launch-template', 'image'].map((resource) =>
      starting(deployer(), resource).map(({ Condition }) => Condition),
    );
    expect(conditions).toEqual([
      [{ StringEquals: { 'aws:ResourceTag/Fleet': 'greeter-dev-fleet' } }],
      [{ StringEquals: { 'ec2:Owner': { Ref: 'AWS::AccountId' } } }],
    ]);
    const elsewhere = [...templates(PLACES).values()].flatMap(
      (template) => propertiesOf(template, 'AWS::IAM::Role') as unknown as Role[],
    );
    const qa = elsewhere.find(({ Description }) => Description === 'Deploys the fleet of greeter in qa');
    const [fromHome] = starting(statements(qa!), 'image');
    expect(fromHome?.Condition).toEqual({ StringEquals: { 'ec2:Owner': PLACES.account } });
  });

  test('attaches them to the target group of its environment, and to no other load balancer', () => {
    const own = { Ref: expect.stringContaining('LoadBalancer') as string };
    const denials = deployer().filter(({ Effect }) => Effect === 'Deny');
    expect(denials.map(({ Condition }) => Condition)).toEqual([
      { 'ForAnyValue:ArnNotEquals': { 'autoscaling:TargetGroupARNs': own } },
      { 'ForAnyValue:StringNotEquals': { 'autoscaling:TrafficSourceIdentifiers': own } },
      { Null: { 'autoscaling:LoadBalancerNames': 'false' } },
    ]);
    expect(denials.map(({ Action }) => Action.includes('autoscaling:CreateAutoScalingGroup'))).toEqual([
      true,
      true,
      true,
    ]);
  });
});

test('a service-linked role is made for its own service only', () => {
  for (const { statement } of granted.filter(({ statement: { Action } }) =>
    Action.includes('iam:CreateServiceLinkedRole'),
  )) {
    const service = statement.Condition?.StringEquals?.['iam:AWSServiceName'];
    expect(service).toMatch(/^(imagebuilder|autoscaling)\.amazonaws\.com$/);
    expect(JSON.stringify(statement.Resource)).toContain(`:role/aws-service-role/${service}/`);
  }
});

test('no policy uses elements that evaluators treat differently', () => {
  const text = JSON.stringify(granted.map(({ statement }) => statement));
  expect(text).not.toMatch(/NotAction|NotResource|NotPrincipal|ForAllValues|ForAnyValue:\w+IfExists|"\*:\*"/);
  // Of several values any may match: that is a reason to deny something, and none to allow it.
  const anyOf = granted.filter(({ statement }) => JSON.stringify(statement).includes('ForAnyValue'));
  expect(new Set(anyOf.map(({ statement }) => statement.Effect))).toEqual(new Set(['Deny']));
  // A denial stands only where a policy of AWS allows too much, and where only what is named can be looked at.
  const denied = granted.filter(({ statement }) => statement.Effect !== 'Allow');
  expect(denied.map(({ role, statement }) => `${role.Description}: ${statement.Sid}`)).toEqual([
    ...['dev', 'qa'].flatMap((name) =>
      ['OtherTargetGroups', 'OtherTrafficSources', 'ClassicLoadBalancers'].map(
        (sid) => `Deploys the fleet of greeter in ${name}: ${sid}`,
      ),
    ),
    'Builds and tests the images of greeter: KeepParametersOfOthers',
  ]);
});

test('the role that deploys a commit’s template may read the parameters that it names, and no others', () => {
  const all = templates({ environments: [environment('dev', 0), everything('qa')] });
  const readers = [...all.values()].flatMap(
    (template) => propertiesOf(template, 'AWS::IAM::Role') as unknown as Role[],
  );
  const readable = (description: string) => {
    const role = readers.find(({ Description }) => Description === description);
    const reading = statements(role!).filter(({ Sid }) => Sid === 'ReadWhatIsPublished');
    expect(reading.map(({ Action }) => Action)).toEqual([['ssm:GetParameters']]);
    return reading[0]!.Resource.map((arn) => /parameter(\/[^"]*)"/.exec(JSON.stringify(arn))?.[1]);
  };
  const named = (stack: string) => {
    const parameters = Object.values(all.get(stack)!.findParameters('*')) as { Type: string; Default?: string }[];
    return parameters.filter(({ Type }) => Type.startsWith('AWS::SSM::')).map((parameter) => parameter.Default);
  };
  for (const [stack, deployer] of [
    ['greeter-image', 'Bakes the images of greeter'],
    ['greeter-qa-fleet', 'Deploys the fleet of greeter in qa'],
  ] as const) {
    const wanted = named(stack).sort();
    expect(wanted.length).toBeGreaterThan(1);
    expect(readable(deployer).sort()).toEqual(wanted);
    expect(readable(`The pipeline of greeter: deploys ${stack}`).sort()).toEqual(wanted);
  }
});

test('the role that bakes a commit’s image uses the two deployed configurations, and writes none', () => {
  const baker = roles.find(({ Description }) => Description === 'Bakes the images of greeter')!;
  const actions = statements(baker).flatMap(({ Action }) => Action);
  expect(actions.filter((action) => /Configuration$/.test(action)).sort()).toEqual([
    'imagebuilder:GetDistributionConfiguration',
    'imagebuilder:GetInfrastructureConfiguration',
  ]);
  const { Resource } = statements(baker).find(({ Sid }) => Sid === 'UseConfigurations')!;
  expect(Resource).toEqual(
    ['Distribution', 'Infrastructure'].map((id) => ({ 'Fn::GetAtt': [expect.stringContaining(id), 'Arn'] })),
  );
});

test('a build reads the source, and writes only its own artifact', () => {
  for (const [description, output] of [
    ['Tests and packs the application greeter', 'App'],
    ['Synthesizes the image and fleet templates of greeter', 'Templates'],
  ]) {
    const found = statements(roles.find(({ Description }) => Description === description)!);
    const objects = found.filter(({ Action }) => Action.some((action) => /^s3:.*Object/.test(action)));
    const artifact = (resource: unknown) => /\/\*\/(\w+)\/\*/.exec(JSON.stringify(resource))?.[1];
    expect(objects.map(({ Action, Resource }) => [...Action, artifact(Resource)])).toEqual([
      ['s3:GetObject', 's3:GetObjectVersion', 'Source'],
      ['s3:PutObject', output],
    ]);
  }
});

test('component steps cannot read parameters, although an AWS managed policy would permit it', () => {
  const builder = roles.find(({ Description }) => Description === 'Builds and tests the images of greeter')!;
  const [denial] = statements(builder).filter(({ Effect }) => Effect === 'Deny');
  expect(denial).toMatchObject({
    Action: ['ssm:GetParameter', 'ssm:GetParameterHistory', 'ssm:GetParameters', 'ssm:GetParametersByPath'],
    Resource: ['*'],
  });
});
