import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  paginateDescribeStackEvents,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CodePipelineClient,
  GetPipelineStateCommand,
  ListPipelineExecutionsCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { DescribeImagesCommand, DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { ImagebuilderClient, ListImagesCommand } from '@aws-sdk/client-imagebuilder';
import { ListBucketsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Project } from '../rig/project';
import { Runtime, type Status } from '../rig/runtime';
import { describeWithSandbox } from '../rig/sandbox';

const minutes = 60_000;

/** Everything that an SDK client finds in its environment, and nothing else: no option of any client is set here. */
function pointClientsAt({ endpoint, region, credentials }: Status): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  });
}

describeWithSandbox('after a first run, SDK clients pointed by AWS_ENDPOINT_URL only', () => {
  const project = new Project({ quickBuilds: true });
  const runtime = new Runtime(project);
  const before = { ...process.env };
  let status: Status;

  beforeAll(async () => {
    expect(await runtime.start()).toBe('succeeded');
    status = await runtime.status();
    pointClientsAt(status);
  }, 5 * minutes);

  afterAll(async () => {
    process.env = before;
    await runtime.remove();
    project.remove();
  }, minutes);

  const version = () => status.environments[0]?.imageVersion;

  test('status --json prints the clients’ settings and the running resources', async () => {
    const { code, output } = await runtime.run('status', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(output)).toEqual(status);
  });

  test('STS identifies the caller', async () => {
    const { Account, Arn } = await new STSClient().send(new GetCallerIdentityCommand());
    expect(Account).toBe('000000000000');
    expect(Arn).toBe('arn:aws:iam::000000000000:user/local-administrator');
  });

  test('STS refuses keys that the run has not issued', async () => {
    const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' };
    await expect(new STSClient({ credentials }).send(new GetCallerIdentityCommand())).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
      message: 'The security token included in the request is invalid.',
    });
  });

  test('CodePipeline shows every stage and action, and the execution', async () => {
    const pipeline = new CodePipelineClient();
    const { stageStates = [] } = await pipeline.send(new GetPipelineStateCommand({ name: 'greeter' }));
    expect(stageStates.map(({ stageName }) => stageName)).toEqual(['Source', 'Build', 'Version', 'Bake', 'dev']);
    expect(stageStates.map(({ latestExecution }) => latestExecution?.status)).toEqual(Array(5).fill('Succeeded'));
    const actions = stageStates.flatMap(({ actionStates = [] }) => actionStates);
    expect(new Set(actions.map(({ latestExecution }) => latestExecution?.status))).toEqual(new Set(['Succeeded']));

    const listed = await pipeline.send(new ListPipelineExecutionsCommand({ pipelineName: 'greeter' }));
    expect(listed.pipelineExecutionSummaries).toMatchObject([
      {
        pipelineExecutionId: status.pipelines[0]?.latestExecution?.id,
        status: 'Succeeded',
        sourceRevisions: [{ revisionId: project.git('rev-parse', 'HEAD') }],
        trigger: { triggerType: 'CreatePipeline' },
      },
    ]);
    expect(listed.pipelineExecutionSummaries?.[0]?.startTime).toBeInstanceOf(Date);
  });

  test('SSM has the version in service', async () => {
    const { Parameter } = await new SSMClient().send(new GetParameterCommand({ Name: '/greeter/image-version' }));
    expect(Parameter).toMatchObject({ Type: 'String', Value: version(), Version: Number(version()?.split('.')[2]) });
    await expect(new SSMClient().send(new GetParameterCommand({ Name: '/nobody' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
  });

  test('CloudFormation describes the stacks, with outputs', async () => {
    const { Stacks = [] } = await new CloudFormationClient().send(new DescribeStacksCommand());
    expect(new Map(Stacks.map(({ StackName, StackStatus }) => [StackName, StackStatus]))).toEqual(
      new Map([
        ['CDKToolkit', 'CREATE_COMPLETE'],
        ['greeter-repository', 'CREATE_COMPLETE'],
        ['greeter-dev-environment', 'CREATE_COMPLETE'],
        ['greeter-pipeline', 'CREATE_COMPLETE'],
        ['greeter-image', 'CREATE_COMPLETE'],
        ['greeter-dev-fleet', 'CREATE_COMPLETE'],
      ]),
    );
    const environment = Stacks.find(({ StackName }) => StackName === 'greeter-dev-environment');
    expect(environment?.Outputs).toContainEqual(
      expect.objectContaining({ OutputKey: 'Url', OutputValue: status.environments[0]?.url }),
    );
    await expect(new CloudFormationClient().send(new DescribeStacksCommand({ StackName: 'nope' }))).rejects.toThrow(
      'Stack with id nope does not exist',
    );
  });

  test('CloudFormation lists the events of the fleet, the latest first, page by page', async () => {
    const client = new CloudFormationClient();
    const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: 'greeter-dev-fleet' }));
    expect(StackEvents[0]).toMatchObject({
      LogicalResourceId: 'greeter-dev-fleet',
      ResourceType: 'AWS::CloudFormation::Stack',
      ResourceStatus: 'CREATE_COMPLETE',
    });
    expect(StackEvents.at(-1)).toMatchObject({ ResourceStatus: 'CREATE_IN_PROGRESS' });
    const signals = StackEvents.filter(({ ResourceStatusReason = '' }) => /SUCCESS signal/.test(ResourceStatusReason));
    expect(signals).toHaveLength(2);
    const paged = [];
    for await (const page of paginateDescribeStackEvents({ client }, { StackName: 'greeter-dev-fleet' })) {
      paged.push(...(page.StackEvents ?? []));
    }
    expect(paged).toHaveLength(StackEvents.length);
  });

  test('Auto Scaling, EC2 and Image Builder agree on the image in service', async () => {
    const { AutoScalingGroups: [group] = [] } = await new AutoScalingClient().send(
      new DescribeAutoScalingGroupsCommand(),
    );
    const serving = status.environments[0]?.instances.map(({ id }) => id);
    expect(group?.Instances?.map(({ InstanceId }) => InstanceId)).toEqual(serving);
    expect(group?.Instances?.map(({ LifecycleState, HealthStatus }) => [LifecycleState, HealthStatus])).toEqual([
      ['InService', 'Healthy'],
      ['InService', 'Healthy'],
    ]);

    const ec2 = new EC2Client();
    const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['self'] }));
    expect(Images).toMatchObject([{ ImageId: status.images[0]?.imageId, State: 'available' }]);
    expect(Images[0]?.Tags).toContainEqual({ Key: 'ImageVersion', Value: version() });
    expect(Images[0]?.Tags).toContainEqual({ Key: 'CommitId', Value: project.git('rev-parse', 'HEAD') });

    const { Reservations = [] } = await ec2.send(
      new DescribeInstancesCommand({ Filters: [{ Name: 'instance-state-name', Values: ['running'] }] }),
    );
    const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
    expect(instances.map(({ InstanceId }) => InstanceId).sort()).toEqual([...(serving ?? [])].sort());
    expect(new Set(instances.map(({ ImageId }) => ImageId))).toEqual(new Set([Images[0]?.ImageId]));

    const { imageVersionList } = await new ImagebuilderClient().send(new ListImagesCommand());
    expect(imageVersionList).toMatchObject([{ name: 'greeter-image', version: version(), type: 'AMI' }]);
  });

  test('S3 lists the buckets, and the artifacts of the run', async () => {
    const s3 = new S3Client();
    const { Buckets = [] } = await s3.send(new ListBucketsCommand());
    const names = Buckets.map(({ Name = '' }) => Name);
    expect(names).toContain('cdk-hnb659fds-assets-000000000000-eu-west-1');
    const artifacts = names.find((name) => name.startsWith('greeter-pipeline-'));
    const { Contents = [], KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: artifacts }));
    expect(KeyCount).toBe(3);
    expect(Contents.map(({ Key }) => Key?.split('/').slice(0, 2).join('/'))).toEqual([
      'greeter/App',
      'greeter/Source',
      'greeter/Templates',
    ]);
    expect(Contents.every(({ Size = 0 }) => Size > 1000)).toBe(true);
  });

  test('CloudWatch Logs filters the lines of a build', async () => {
    const { events = [] } = await new CloudWatchLogsClient().send(
      new FilterLogEventsCommand({ logGroupName: '/aws/codebuild/greeter-compile', filterPattern: '"Phase complete"' }),
    );
    expect(events.map(({ message }) => /Phase complete: (\w+) State: (\w+)/.exec(message ?? '')?.slice(1))).toEqual(
      ['DOWNLOAD_SOURCE', 'INSTALL', 'PRE_BUILD', 'BUILD', 'POST_BUILD', 'UPLOAD_ARTIFACTS'].map((phase) => [
        phase,
        'SUCCEEDED',
      ]),
    );
  });

  test(
    'CodePipeline starts an execution that its trigger distinguishes',
    async () => {
      const pipeline = new CodePipelineClient();
      runtime.forget();
      const { pipelineExecutionId } = await pipeline.send(new StartPipelineExecutionCommand({ name: 'greeter' }));
      expect(await runtime.ended()).toBe('succeeded');
      const { pipelineExecutionSummaries: [latest] = [] } = await pipeline.send(
        new ListPipelineExecutionsCommand({ pipelineName: 'greeter' }),
      );
      expect(latest).toMatchObject({
        pipelineExecutionId,
        status: 'Succeeded',
        trigger: {
          triggerType: 'StartPipelineExecution',
          triggerDetail: 'arn:aws:iam::000000000000:user/local-administrator',
        },
      });
    },
    3 * minutes,
  );
});
