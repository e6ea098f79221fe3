import { handler } from '../../../lambdas/describe-fleet/handler';
import { job } from '../fake-aws';
import { assumeRole, ServedAws } from '../served-aws';

let instances: { InstanceId: string; LifecycleState: 'InService' | 'Pending' | 'Terminating' }[] | undefined;
let asked: unknown[];

const tags = (version: string) => [
  { Key: 'ImageVersion', Value: version },
  { Key: 'CommitId', Value: 'c0ffee'.padEnd(40, '0') },
];

const aws = new ServedAws({
  sts: assumeRole,
  imagebuilder: {
    GetImage: ({ imageBuildVersionArn: arn }) => {
      asked.push(arn);
      const amis = [
        { region: 'eu-west-1', image: 'ami-1', name: 'a', accountId: '000000000000' },
        { region: 'us-east-1', image: 'ami-9', name: 'a', accountId: '000000000000' },
      ];
      return { image: { arn, outputResources: { amis } } };
    },
  },
  autoscaling: {
    DescribeAutoScalingGroups: ({ Filters }) => {
      asked.push(Filters);
      const group = {
        AutoScalingGroupName: 'g',
        MinSize: 2,
        MaxSize: 4,
        DesiredCapacity: 2,
        DefaultCooldown: 0,
        AvailabilityZones: [],
        HealthCheckType: 'ELB',
        CreatedTime: new Date(0),
        LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '7' },
        Instances: instances?.map((instance) => ({
          AvailabilityZone: 'a',
          HealthStatus: 'Healthy',
          ProtectedFromScaleIn: false,
          ...instance,
        })),
      };
      return { AutoScalingGroups: instances ? [group] : [] };
    },
  },
  ec2: {
    DescribeInstances: ({ Filters }) => {
      asked.push(Filters);
      const Instances = [{ InstanceId: 'i-1', ImageId: 'ami-1', Tags: tags('1.0.7') }];
      return { Reservations: [{ Instances }] };
    },
    DescribeLaunchTemplateVersions: ({ LaunchTemplateId, Versions }) => {
      asked.push([LaunchTemplateId, Versions]);
      const TagSpecifications = [{ ResourceType: 'instance' as const, Tags: tags('1.0.8') }];
      return { LaunchTemplateVersions: [{ LaunchTemplateData: { ImageId: 'ami-2', TagSpecifications } }] };
    },
  },
});

beforeAll(() => aws.start());
afterAll(() => aws.stop());
beforeEach(() => {
  asked = [];
  aws.calls.length = 0;
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => jest.restoreAllMocks());

const run = (parameters: object) => handler(job(parameters) as never);

test('the images of the servers in service in the group of the stack are read', async () => {
  instances = [
    { InstanceId: 'i-1', LifecycleState: 'InService' },
    { InstanceId: 'i-2', LifecycleState: 'Pending' },
    { InstanceId: 'i-3', LifecycleState: 'Terminating' },
  ];
  await run({ stack: 'greeter-dev-fleet' });
  expect(asked).toEqual([
    [{ Name: 'tag:aws:cloudformation:stack-name', Values: ['greeter-dev-fleet'] }],
    [{ Name: 'instance-id', Values: ['i-1'] }],
    ['lt-1', ['7']],
  ]);
  expect(aws.last).toMatchObject({
    success: {
      outputVariables: { Serving: '1.0.7 ami-1 commit c0ffee0000', ImageVersion: '1.0.7', ImageId: 'ami-1' },
      executionDetails: { summary: 'Serving 1.0.7 ami-1 commit c0ffee0000' },
    },
  });
});

test('without a server in service, the launch template has the image', async () => {
  instances = [];
  await run({ stack: 'greeter-dev-fleet' });
  expect(aws.last).toMatchObject({
    success: { outputVariables: { Serving: expect.stringMatching(/^nothing now/), ImageVersion: '1.0.8' } },
  });
});

test('without a group there is no image', async () => {
  instances = undefined;
  await run({ stack: 'greeter-dev-fleet' });
  expect(aws.last).toMatchObject({ success: { outputVariables: { Serving: 'nothing', ImageId: '-' } } });
});

test('another account is read with a session named after the job if the execution is unknown', async () => {
  instances = undefined;
  await run({ stack: 'greeter-dev-fleet', roleArn: 'arn:aws:iam::111111111111:role/look', region: 'us-east-1' });
  expect(aws.calls).toContain('autoscaling by look-as-99999999-0000-0000-0000-000000000000 in us-east-1');
});

test('in another region, the new image has the id of its copy there', async () => {
  instances = undefined;
  const imageArn = 'arn:aws:imagebuilder:eu-west-1:000000000000:image/greeter-image/1.0.9/1';
  await run({
    stack: 'greeter-dev-fleet',
    roleArn: 'arn:aws:iam::111111111111:role/look',
    region: 'us-east-1',
    imageArn,
  });
  expect(asked).toContain(imageArn);
  expect(aws.last).toMatchObject({ success: { outputVariables: { ImageId: '-', NewImageId: 'ami-9' } } });
});
