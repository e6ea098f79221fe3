import type { Template } from 'aws-cdk-lib/assertions';
import type { Settings } from '../../infra/settings/types';
import { environment, PLACES, propertiesOf, template, templates } from './synthesized';

interface Statement {
  readonly Sid: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

interface Action {
  readonly Name: string;
  readonly Region?: string;
  readonly RoleArn: unknown;
  readonly Configuration: Record<string, string>;
}

const pipeline = template('greeter-pipeline', PLACES);
const roleOf = (found: Template, name: string) => {
  const role = propertiesOf(found, 'AWS::IAM::Role').find(({ RoleName }) => RoleName === name)!;
  const [{ PolicyDocument }] = role['Policies'] as [{ PolicyDocument: { Statement: Statement[] } }];
  const [trust] = (role['AssumeRolePolicyDocument'] as { Statement: Statement[] }).Statement;
  return { trust, grants: Object.fromEntries(PolicyDocument.Statement.map((one) => [one.Sid, one])) };
};
const role = (account: string, name: string) => `arn:aws:iam::${account}:role/greeter-${name}`;
const actionIn = (stage: string, name: string): Action => {
  const [{ Stages }] = propertiesOf(pipeline, 'AWS::CodePipeline::Pipeline') as unknown as [
    { Stages: { Name: string; Actions: Action[] }[] },
  ];
  return Stages.find(({ Name }) => Name === stage)!.Actions.find(({ Name }) => Name === name)!;
};
const told = (stage: string, name: string) =>
  JSON.parse(actionIn(stage, name).Configuration['UserParameters']!) as Record<string, unknown>;

test('a fleet elsewhere is rolled in its region, by a role of its account, which passes a role of that account', () => {
  const rolls = ['far', 'qa', 'prod'].map((stage) => {
    const { Region, RoleArn, Configuration } = actionIn(stage, 'Roll');
    return { Region, RoleArn, passes: Configuration['RoleArn'] };
  });
  expect(rolls).toEqual([
    { Region: 'us-east-2', RoleArn: role('111111111111', 'far-roll'), passes: role('111111111111', 'far-deploy') },
    { Region: undefined, RoleArn: role('222222222222', 'qa-roll'), passes: role('222222222222', 'qa-deploy') },
    { Region: 'us-east-2', RoleArn: role('222222222222', 'prod-roll'), passes: role('222222222222', 'prod-deploy') },
  ]);
  expect(actionIn('dev', 'Roll')).not.toHaveProperty('Region');
});

test('another account in the same region gets the image itself; another region gets the copy of the same bake (A16)', () => {
  const image = (stage: string) => {
    const { ImageId } = JSON.parse(actionIn(stage, 'Roll').Configuration['ParameterOverrides']!) as { ImageId: string };
    return [ImageId, told(stage, 'Prepare')['imageArn']];
  };
  expect(image('qa')).toEqual(['#{Bake.ImageId}', undefined]);
  expect(image('far')).toEqual(['#{Capacity-far.ImageId}', '#{Bake.ImageArn}']);
  expect(image('prod')).toEqual(['#{Capacity-prod.ImageId}', '#{Bake.ImageArn}']);
  const outputs = (changed: Partial<Settings>) => Object.keys(template('greeter-image', changed).toJSON()['Outputs']);
  expect([outputs(PLACES), outputs({})]).toEqual([['ImageId', 'ImageArn'], ['ImageId']]);
});

test('functions receive the role and region with which they act elsewhere, and read the address there', () => {
  const there = { roleArn: role('222222222222', 'prod-look'), region: 'us-east-2' };
  expect(told('prod', 'Prepare')).toMatchObject({ ...there, roleArn: role('222222222222', 'prod-prepare') });
  expect(told('approve-prod', 'Look')).toEqual({
    stack: 'greeter-prod-fleet',
    max: 4,
    ...there,
    imageArn: '#{Bake.ImageArn}',
  });
  expect(told('prod', 'Verify')).toMatchObject({
    urlParameter: '/greeter/prod/url',
    alarms: ['greeter-prod-errors'],
    ...there,
  });
  expect(told('prod', 'Verify')).not.toHaveProperty('url');
  // In the same region they say none.
  expect(told('qa', 'Verify')['region']).toBeUndefined();
  expect(Object.keys(pipeline.toJSON()['Parameters']).filter((name) => /^(Url|FleetDeployment)/.test(name))).toEqual([
    'FleetDeploymentRoledev',
    'Urldev',
  ]);
});

test('an approval for another region shows the image of that region', () => {
  const { CustomData } = actionIn('approve-prod', 'Approval').Configuration;
  expect(CustomData).toContain('Image: #{Look-prod.NewImageId}\n');
});

test('each role elsewhere trusts the roles of the pipeline by name, before they exist (see rolesElsewhere)', () => {
  const trusted = (environment: string, purpose: string) => {
    const { trust } = roleOf(
      template(`greeter-${environment}-environment`, PLACES),
      `greeter-${environment}-${purpose}`,
    );
    expect(trust!.Principal).toEqual({ AWS: ['arn:aws:iam::111111111111:root'] });
    return trust!.Condition?.['ArnEquals']?.['aws:PrincipalArn'];
  };
  expect(trusted('prod', 'roll')).toEqual([role('111111111111', 'pipeline')]);
  expect(trusted('far', 'prepare')).toEqual([role('111111111111', 'prepare-deployment')]);
  const looking = ['verify-environment', 'explain-failure', 'describe-fleet'].map((name) => role('111111111111', name));
  // Nothing comes after it that would look back at it.
  expect(trusted('prod', 'look')).toEqual(looking);
  // It has no approval that would describe it.
  expect(trusted('qa', 'look')).toEqual([...looking.slice(0, 2), role('111111111111', 'look-back')]);
});

test('the trusted roles have exactly these names, and may assume only these roles', () => {
  const takes = (name: string, grant = 'ReachEnvironments') =>
    roleOf(pipeline, `greeter-${name}`).grants[grant]?.Resource;
  const all = (purpose: string) => [
    role('111111111111', `far-${purpose}`),
    ...['qa', 'prod'].map((name) => role('222222222222', `${name}-${purpose}`)),
  ];
  expect(takes('prepare-deployment')).toEqual(all('prepare'));
  expect(takes('verify-environment')).toEqual(all('look'));
  expect(takes('explain-failure')).toEqual(all('look'));
  expect(takes('describe-fleet')).toEqual([role('222222222222', 'prod-look')]);
  const [{ PolicyDocument }] = propertiesOf(pipeline, 'AWS::IAM::Policy') as unknown as [
    { PolicyDocument: { Statement: Statement[] } },
  ];
  expect(PolicyDocument.Statement[0]!.Resource).toEqual(expect.arrayContaining(all('roll')));
});

test('functions have the same permissions elsewhere as at home', () => {
  const stacks = JSON.stringify(roleOf(pipeline, 'greeter-prepare-deployment').grants['PrepareFleets']?.Resource);
  expect(stacks.match(/stack\/greeter-\w+(-fleet)?/g)).toEqual(['stack/greeter-dev-fleet']);
  const alarms = roleOf(pipeline, 'greeter-verify-environment').grants['LookAtAlarms'];
  expect(alarms).toBeUndefined();
});

test('the role that reads elsewhere changes nothing there', () => {
  const { grants } = roleOf(template('greeter-prod-environment', PLACES), 'greeter-prod-look');
  const actions = Object.values(grants).flatMap(({ Action }) => Action);
  expect(actions.length).toBeGreaterThan(5);
  expect(actions.filter((action) => !/:(Describe|Get)/.test(action))).toEqual([]);
});

test('every role is passed to one service only, and no policy uses elements that evaluators treat differently', () => {
  const all = [...templates(PLACES).values()]
    .flatMap((found) => propertiesOf(found, 'AWS::IAM::Role'))
    .flatMap(
      ({ Policies }) => (Policies as { PolicyDocument: { Statement: Statement[] } }[])[0]!.PolicyDocument.Statement,
    );
  const passes = all.filter(({ Action }) => Action.includes('iam:PassRole'));
  expect(passes.length).toBeGreaterThan(8);
  for (const { Resource, Condition } of passes) {
    expect(Resource).toHaveLength(1);
    expect(Condition?.['StringEquals']?.['iam:PassedToService']).toMatch(/^(ec2|cloudformation)\.amazonaws\.com$/);
  }
  expect(JSON.stringify(all)).not.toMatch(
    /NotAction|NotResource|NotPrincipal|ForAllValues|ForAnyValue:\w+IfExists|"\*:\*"/,
  );
});

test('the role that copies artifacts uses the key of no other bucket, even if the id of the key is unknown', () => {
  const { grants } = roleOf(pipeline, 'greeter-pipeline');
  expect(grants['ArtifactKey']).toMatchObject({ Resource: [{ 'Fn::GetAtt': [expect.any(String), 'Arn'] }] });
  expect(grants['ArtifactKey2']).toMatchObject({
    Resource: ['arn:aws:kms:us-east-2:111111111111:key/*'],
    Condition: {
      StringLike: { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::greeter-111111111111-us-east-2/*' },
    },
  });
  expect(grants['LookAtArtifactKey2']?.Action).toEqual(['kms:DescribeKey']);
});

test('the function that explains a failure reads with the role that belongs to the role of the action (A33)', () => {
  const [variables] = propertiesOf(pipeline, 'AWS::Lambda::Function')
    .filter(({ FunctionName }) => FunctionName === 'greeter-explain-failure')
    .map(({ Environment }) => (Environment as { Variables: Record<string, string> }).Variables);
  expect(JSON.parse(variables!['LOOK_ROLES']!)).toEqual({
    [role('111111111111', 'far-roll')]: role('111111111111', 'far-look'),
    [role('222222222222', 'qa-roll')]: role('222222222222', 'qa-look'),
    [role('222222222222', 'prod-roll')]: role('222222222222', 'prod-look'),
  });
});

test('each region has a bucket with a key of its own, with which other accounts may read (A59)', () => {
  const [{ ArtifactStore, ArtifactStores }] = propertiesOf(pipeline, 'AWS::CodePipeline::Pipeline') as [
    Record<string, { Region: string; ArtifactStore: { Location: unknown; EncryptionKey: { Id: unknown } } }[]>,
  ];
  expect(ArtifactStore).toBeUndefined();
  const [home, far] = ArtifactStores!;
  expect([home!.Region, far!.Region]).toEqual(['eu-west-1', 'us-east-2']);
  expect(home!.ArtifactStore.EncryptionKey.Id).toEqual({ 'Fn::GetAtt': [expect.any(String), 'Arn'] });
  expect(far!.ArtifactStore).toMatchObject({
    Location: 'greeter-111111111111-us-east-2',
    EncryptionKey: { Id: 'arn:aws:kms:us-east-2:111111111111:alias/greeter-artifacts', Type: 'KMS' },
  });
  const reader = (stack: string, type: string, document: string) => {
    const [policy] = propertiesOf(template(stack, PLACES), type);
    const { Statement } = policy![document] as { Statement: Statement[] };
    const { Principal, Condition } = Statement.find(({ Sid }) => Sid === 'ReadFromElsewhere')!;
    expect(Principal).toEqual({ AWS: ['arn:aws:iam::222222222222:root'] });
    return Condition?.['ArnEquals']?.['aws:PrincipalArn'];
  };
  for (const [stack, environment] of [
    ['greeter-pipeline', 'qa'],
    ['greeter-artifacts-us-east-2', 'prod'],
  ] as const) {
    expect(reader(stack, 'AWS::S3::BucketPolicy', 'PolicyDocument')).toEqual([
      role('222222222222', `${environment}-roll`),
    ]);
    expect(reader(stack, 'AWS::KMS::Key', 'KeyPolicy')).toEqual([role('222222222222', `${environment}-roll`)]);
  }
  const projects = propertiesOf(pipeline, 'AWS::CodeBuild::Project');
  expect(projects.map(({ EncryptionKey }) => EncryptionKey)).toEqual([
    home!.ArtifactStore.EncryptionKey.Id,
    home!.ArtifactStore.EncryptionKey.Id,
  ]);
});

test('other regions alone need a bucket in each region, and no key of its own', () => {
  const { account, region } = PLACES;
  const regions = { account, region, environments: PLACES.environments!.slice(0, 2) };
  expect([...templates(regions).keys()]).toContain('greeter-artifacts-us-east-2');
  for (const found of templates(regions).values()) found.resourceCountIs('AWS::KMS::Key', 0);
  const [bucket] = propertiesOf(template('greeter-pipeline', regions), 'AWS::S3::Bucket');
  // Nobody elsewhere reads at home: the bucket stays the one that it is.
  expect(bucket).not.toHaveProperty('BucketName');
  template('greeter-image', regions).hasResourceProperties('AWS::ImageBuilder::ImageRecipe', {
    BlockDeviceMappings: [{ Ebs: { Encrypted: true } }],
  });
});

test('another account alone needs one bucket, whose name that account knows', () => {
  const { account, region } = PLACES;
  const accounts = { account, region, environments: [environment('dev', 0), PLACES.environments![2]!] };
  const found = template('greeter-pipeline', accounts);
  expect(propertiesOf(found, 'AWS::S3::Bucket')).toMatchObject([{ BucketName: 'greeter-111111111111-eu-west-1' }]);
  found.hasResourceProperties('AWS::CodePipeline::Pipeline', { ArtifactStore: { EncryptionKey: { Type: 'KMS' } } });
  expect([...templates(accounts).keys()].filter((name) => name.includes('artifacts'))).toEqual([]);
});

test('an image for other accounts is not encrypted, and fleets encrypt their disks instead (D41)', () => {
  const image = template('greeter-image', PLACES);
  image.hasResourceProperties('AWS::ImageBuilder::ImageRecipe', {
    BlockDeviceMappings: [{ Ebs: { Encrypted: false } }],
  });
  template('greeter-prod-fleet', PLACES).hasResourceProperties('AWS::EC2::LaunchTemplate', {
    LaunchTemplateData: { BlockDeviceMappings: [{ Ebs: { Encrypted: true } }] },
  });
});

test('the longest names fit: 64 characters for a role, 63 for a bucket, 1000 for a configuration value (A7)', () => {
  const name = 'a'.repeat(32);
  const environments = PLACES.environments!.map((one, index) =>
    index === 0
      ? one
      : {
          ...one,
          name: `e${index}`.padEnd(16, 'x'),
          verify: { path: `/${'p'.repeat(99)}`, contains: 'c'.repeat(100) },
          approval: {},
          alarms: { errorPercent: 5, unhealthyHosts: 1, latencySeconds: 1 },
        },
  );
  const found = [...templates({ ...PLACES, name, region: 'ap-southeast-1', environments }).values()];
  const names = (type: string, property: string) =>
    found.flatMap((one) => propertiesOf(one, type).flatMap((properties) => String(properties[property] ?? '')));
  expect(Math.max(...names('AWS::IAM::Role', 'RoleName').map(({ length }) => length))).toBeLessThanOrEqual(64);
  expect(Math.max(...names('AWS::S3::Bucket', 'BucketName').map(({ length }) => length))).toBeLessThanOrEqual(63);
});
