import { handler } from '../../../lambdas/prepare-deployment/handler';
import { AwsError } from '../../../local/kernel/failure';
import { job } from '../fake-aws';
import { assumeRole, ServedAws } from '../served-aws';

export const EXECUTION = '11111111-2222-3333-4444-555555555555';
export const FLEET = {
  application: 'greeter',
  stack: 'greeter-dev-fleet',
  executionId: EXECUTION,
  min: 2,
  max: 4,
  batch: 1,
};
export const ID = 'arn:aws:cloudformation:eu-west-1:000000000000:stack/greeter-dev-fleet/1';

export type Group = {
  DesiredCapacity: number;
  MaxSize?: number;
  Status?: string;
  SuspendedProcesses?: { ProcessName: string }[];
};

/** The account as it is found; each test changes it. */
export const world = {
  status: 'UPDATE_COMPLETE' as string | undefined,
  groups: [] as Group[],
  /** ARNs of Image Builder. */
  components: [] as string[],
  /** As the stack has set it. */
  maxSize: '4',
  changes: [] as unknown[],
  /** The minutes after the last roll in which a server was replaced as unhealthy; undefined if that may not be read. */
  replaced: [] as number[] | undefined,
  /** The ends of the service since the last roll. */
  ended: 0,
  /** The status in which the stack is found after an update of it is refused. */
  updateRefused: undefined as string | undefined,
  /** The words of CloudFormation for that refusal. */
  refusal: 'it can not be updated',
};
const ROLLED = new Date('2026-01-01T12:00:00Z');

export const BUILD = 'arn:aws:imagebuilder:eu-west-1:000000000000:image/greeter-image/1.0.7/1';

export const aws = new ServedAws({
  sts: assumeRole,
  imagebuilder: {
    GetComponent: ({ componentBuildVersionArn: arn = '' }) => {
      world.changes.push(arn);
      if (!world.components.includes(arn)) {
        throw new AwsError('ResourceNotFoundException', `The component ${arn} does not exist`, 404);
      }
      return { component: { arn } };
    },
    GetImage: ({ imageBuildVersionArn }) => {
      world.changes.push(imageBuildVersionArn);
      const amis = [
        { region: 'eu-west-1', image: 'ami-1', name: 'a', accountId: '000000000000' },
        { region: 'eu-central-1', image: 'ami-2', name: 'a', accountId: '000000000000' },
      ];
      return { image: { outputResources: { amis } } };
    },
  },
  autoscaling: {
    DescribeAutoScalingGroups: ({ Filters }) => {
      world.changes.push(Filters);
      return {
        AutoScalingGroups: world.groups.map((group, index) => ({
          AutoScalingGroupName: `g${index}`,
          MinSize: 2,
          MaxSize: 4,
          DefaultCooldown: 0,
          CreatedTime: new Date(0),
          AvailabilityZones: [],
          HealthCheckType: 'ELB',
          ...group,
        })),
      };
    },
    DescribeScalingActivities: ({ AutoScalingGroupName = '' }) => {
      if (!world.replaced) throw new AwsError('AccessDenied', 'not authorized', 403);
      return {
        Activities: world.replaced.map((minute) => ({
          ActivityId: String(minute),
          AutoScalingGroupName,
          StatusCode: 'Successful' as const,
          Description: 'Terminating EC2 instance: i-0123456789abcdef0',
          Cause: 'an instance was taken out of service in response to an ELB system health check failure.',
          StartTime: new Date(ROLLED.getTime() + minute * 60_000),
        })),
      };
    },
    ResumeProcesses: (input) => {
      world.changes.push(input);
      return {};
    },
  },
  monitoring: {
    GetMetricStatistics: () => ({ Datapoints: world.ended > 0 ? [{ Timestamp: ROLLED, Sum: world.ended }] : [] }),
  },
  cloudformation: {
    DescribeStacks: ({ StackName }) => {
      if (!world.status) throw new AwsError('ValidationError', `Stack with id ${StackName} does not exist`);
      return {
        Stacks: [
          {
            StackId: ID,
            StackName,
            StackStatus: world.status as 'CREATE_COMPLETE',
            CreationTime: new Date(0),
            LastUpdatedTime: ROLLED,
            Parameters: [
              { ParameterKey: 'ImageVersion', ParameterValue: '1.0.6' },
              { ParameterKey: 'MaxSize', ParameterValue: world.maxSize },
            ],
          },
        ],
      };
    },
    DescribeStackEvents: () => ({
      StackEvents: [world.status, 'CREATE_IN_PROGRESS'].map((ResourceStatus, index) => ({
        StackId: ID,
        EventId: String(index),
        StackName: 'greeter-dev-fleet',
        Timestamp: new Date(0),
        PhysicalResourceId: ID,
        ResourceStatus: ResourceStatus as 'CREATE_COMPLETE',
      })),
    }),
    UpdateStack: (input) => {
      if (world.updateRefused) {
        world.status = world.updateRefused;
        throw new AwsError('ValidationError', world.refusal);
      }
      world.changes.push(input);
      return { StackId: ID };
    },
    DeleteStack: (input) => {
      world.changes.push(input);
      return {};
    },
    ContinueUpdateRollback: (input) => {
      world.changes.push(input);
      return {};
    },
  },
});

export const run = (parameters: object, token?: string) => handler(job(parameters, token) as never);

/** AWS listens while the tests of a file run, and is as at the beginning before each. */
export function usePreparedAws(): void {
  beforeAll(() => aws.start());
  afterAll(() => aws.stop());
  beforeEach(() => {
    Object.assign(world, {
      status: 'UPDATE_COMPLETE',
      groups: [{ DesiredCapacity: 3 }],
      maxSize: '4',
      components: [],
      changes: [],
      replaced: [],
      ended: 0,
      updateRefused: undefined,
      refusal: 'it can not be updated',
    });
    aws.calls.length = 0;
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  });
  afterEach(() => jest.restoreAllMocks());
}
