import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  type ActionExecutionDetail,
  CodePipelineClient,
  ListActionExecutionsCommand,
  RollbackStageCommand,
} from '@aws-sdk/client-codepipeline';
import { DescribeImagesCommand, EC2Client, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { GetRoleCommand, IAMClient, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetImageCommand, ImagebuilderClient } from '@aws-sdk/client-imagebuilder';
import { HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { Project } from '../rig/project';
import { Runtime, type Status } from '../rig/runtime';
import { describeWithSandbox } from '../rig/sandbox';

const minutes = 60_000;

/** Place of a local run without settings: what its builds keep is kept there. */
const HOME = { account: '000000000000', region: 'eu-west-1' };
const QA = { account: HOME.account, region: 'us-east-2' };
const PROD = { account: '222222222222', region: 'eu-central-1' };

const fleet = { instanceType: 't4g.micro', min: 1, max: 2, batch: 1 };

/** Regions of the pipeline's account, and a region of another account. */
const SETTINGS = {
  ...HOME,
  environments: [
    { name: 'dev', network: { cidr: '10.0.0.0/16' }, fleet },
    { name: 'qa', region: QA.region, network: { cidr: '10.1.0.0/16' }, fleet },
    {
      name: 'prod',
      ...PROD,
      network: { cidr: '10.2.0.0/16' },
      fleet,
      verify: { path: '/', contains: 'version {version}' },
      alarms: { errorPercent: 5, watchMinutes: 4 },
    },
  ],
};

describeWithSandbox('an image on its way through two accounts and three regions', () => {
  const project = new Project({ quickBuilds: true });
  const runtime = new Runtime(project);
  let status: Status;

  /** A client of the administrator of an account, in a region. */
  const client = <C>(Client: new (options: object) => C, { account, region }: typeof HOME): C => {
    const { endpoint, administrators } = status;
    const { credentials } = administrators.find((one) => one.account === account)!;
    return new Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 });
  };

  const instances = async (place: typeof HOME) => {
    const found = [];
    for await (const { Reservations = [] } of paginateDescribeInstances({ client: client(EC2Client, place) }, {})) {
      for (const { OwnerId, Instances = [] } of Reservations) {
        found.push(
          ...Instances.map(({ ImageId, Placement }) => ({ OwnerId, ImageId, zone: Placement?.AvailabilityZone })),
        );
      }
    }
    return found;
  };

  const stackId = async (name: string, place: typeof HOME) => {
    try {
      const command = new DescribeStacksCommand({ StackName: name });
      return (await client(CloudFormationClient, place).send(command)).Stacks?.[0]?.StackId;
    } catch (error) {
      if (/does not exist/.test(String(error))) return undefined;
      throw error;
    }
  };

  /** The latest of that stage and name. */
  const action = async (stage: string, name: string): Promise<ActionExecutionDetail> => {
    const command = new ListActionExecutionsCommand({ pipelineName: 'greeter' });
    const { actionExecutionDetails = [] } = await client(CodePipelineClient, HOME).send(command);
    return actionExecutionDetails.find(({ stageName, actionName }) => stageName === stage && actionName === name)!;
  };

  /** Rolls prod again with its first execution, in that stage alone. */
  const rollAgain = async () => {
    const { pipelineExecutionId } = await action('Source', 'Commit');
    runtime.forget();
    await client(CodePipelineClient, HOME).send(
      new RollbackStageCommand({
        pipelineName: 'greeter',
        stageName: 'prod',
        targetPipelineExecutionId: pipelineExecutionId,
      }),
    );
    return runtime.ended();
  };

  beforeAll(async () => {
    const lines = Object.entries(SETTINGS).map(([name, value]) => `${name}: ${JSON.stringify(value)},`);
    project.edit('infra/settings.ts', (text) => text.replace(/environments: \[[\s\S]*\n {2}\],/, lines.join('\n  ')));
    project.commit('Three places');
    expect(await runtime.start()).toBe('succeeded');
    status = await runtime.status();
  }, 5 * minutes);

  afterAll(async () => {
    await runtime.remove();
    project.remove();
  }, minutes);

  test('one push brings one version to all environments, each in its place', async () => {
    const { environments } = status;
    expect(environments.map(({ name, account, region }) => ({ name, account, region }))).toEqual([
      { name: 'dev', ...HOME },
      { name: 'qa', ...QA },
      { name: 'prod', ...PROD },
    ]);
    expect(new Set(environments.map(({ imageVersion }) => imageVersion)).size).toBe(1);
    for (const { name, url, imageVersion } of environments) {
      expect(await (await fetch(url)).text()).toMatch(new RegExp(` from ${name}\nversion ${imageVersion}\n`));
    }
  });

  test('a fleet exists only in the account and region of its environment', async () => {
    const place = ({ account, region }: typeof HOME) =>
      expect.stringContaining(`:cloudformation:${region}:${account}:`);
    const stacks = { 'greeter-dev-fleet': HOME, 'greeter-qa-fleet': QA, 'greeter-prod-fleet': PROD };
    for (const [name, own] of Object.entries(stacks)) {
      for (const other of [HOME, QA, PROD, { ...PROD, region: HOME.region }, { ...HOME, region: PROD.region }]) {
        expect(await stackId(name, other)).toEqual(other === own ? place(own) : undefined);
      }
    }
    for (const own of [HOME, QA, PROD]) {
      const [instance, ...others] = await instances(own);
      expect(instance).toMatchObject({ OwnerId: own.account, zone: expect.stringContaining(own.region) });
      expect(others).toEqual([]);
    }
    expect(await instances({ ...PROD, region: HOME.region })).toEqual([]);
    expect(await instances({ ...HOME, region: PROD.region })).toEqual([]);
  });

  test('each fleet runs the AMI that the bake of this execution made in its region (A16)', async () => {
    const { output, pipelineExecutionId } = await action('Bake', 'Image');
    const imageBuildVersionArn = output?.outputVariables?.['ImageArn'];
    const { image } = await client(ImagebuilderClient, HOME).send(new GetImageCommand({ imageBuildVersionArn }));
    const baked = new Map(image?.outputResources?.amis?.map((ami) => [ami.region, ami.image]));
    expect(new Set(baked.values()).size).toBe(3);
    for (const place of [HOME, QA, PROD]) {
      const [instance] = await instances(place);
      expect(instance?.ImageId).toBe(baked.get(place.region));
    }
    expect((await action('prod', 'Roll')).pipelineExecutionId).toBe(pipelineExecutionId);
    // G5: it is launched there as the image of another account.
    const ImageIds = [baked.get(PROD.region)!];
    const { Images } = await client(EC2Client, PROD).send(new DescribeImagesCommand({ ImageIds }));
    expect(Images).toMatchObject([{ OwnerId: HOME.account }]);
  });

  test('the templates arrive through the region’s bucket, which belongs to the pipeline (A59)', async () => {
    const { input } = await action('prod', 'Roll');
    const Bucket = `greeter-${HOME.account}-${PROD.region}`;
    const [location] = input?.inputArtifacts?.map(({ s3location }) => s3location) ?? [];
    expect(location?.bucket).toBe(Bucket);
    const s3 = client(S3Client, { ...HOME, region: PROD.region });
    await s3.send(new HeadObjectCommand({ Bucket, Key: location?.key }));
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(1);
  });

  test(
    'the pipeline rolls with a role of that account: without its trust the action fails, and the fleet serves on',
    async () => {
      const iam = client(IAMClient, PROD);
      const RoleName = 'greeter-prod-roll';
      const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
      const trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '');
      const to = (PolicyDocument: string) => iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
      const before = await instances(PROD);

      await to(trust.replace('role/greeter-pipeline', 'role/another-pipeline'));
      expect(await rollAgain()).toBe('failed');
      const failed = await action('prod', 'Roll');
      expect(failed.output?.executionResult?.errorDetails).toEqual({
        code: 'PermissionError',
        message: expect.stringMatching(
          /^User: \S*role\/greeter-pipeline\S* is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role\/greeter-prod-roll$/,
        ),
      });
      expect(await instances(PROD)).toEqual(before);

      await to(trust);
      expect(await rollAgain()).toBe('succeeded');
    },
    2 * minutes,
  );

  test(
    'a failure there is rolled back there, and explained with the output of its servers',
    async () => {
      const { imageVersion: before } = status.environments.find(({ name }) => name === 'prod')!;
      project.breakIn('prod', "throw new Error('not in prod')");
      expect(await runtime.deliver('A service that hates prod')).toBe('failed');
      expect(await runtime.cause()).toMatch(/^prod \/ Roll: .*not in prod/);
      await runtime.line(/^execution \w+ succeeded/);
      expect((await runtime.status()).environments.find(({ name }) => name === 'prod')?.imageVersion).toBe(before);
    },
    3 * minutes,
  );
});
