import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DeleteLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CodeCommitClient, DeleteRepositoryCommand } from '@aws-sdk/client-codecommit';
import { DeregisterImageCommand, EC2Client, paginateDescribeImages } from '@aws-sdk/client-ec2';
import {
  DeleteComponentCommand,
  DeleteDistributionConfigurationCommand,
  DeleteImageCommand,
  DeleteImageRecipeCommand,
  DeleteInfrastructureConfigurationCommand,
  ImagebuilderClient,
  paginateListComponentBuildVersions,
  paginateListComponents,
  paginateListDistributionConfigurations,
  paginateListImageBuildVersions,
  paginateListImageRecipes,
  paginateListImages,
  paginateListInfrastructureConfigurations,
} from '@aws-sdk/client-imagebuilder';
import { DeleteBucketCommand, DeleteObjectsCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { until } from '../rig/until';
import { stopAll } from './executions';
import { run, type Trial } from './trial';

const MINUTES = 60_000;

/** Removes everything that a trial created, in this order, and returns the remains. */
export async function teardown(trial: Trial): Promise<string[]> {
  const { name } = trial;
  // Teardown has its own time limit, so that a trial that ran out of time leaves nothing that costs.
  const ending = { ...trial, deadline: Date.now() + 60 * MINUTES };
  const left: string[] = [];
  const attempt = async (what: string, work: () => Promise<unknown>) => {
    try {
      await work();
      trial.transcript.note(`removed: ${what}`);
    } catch (error) {
      if (isGone(error)) return;
      left.push(`${what}: ${error instanceof Error ? error.message : error}`);
    }
  };
  await attempt('running executions', () => stopAll(ending));
  const buckets = await bucketsOf(`${name}-pipeline`);
  for (const stack of [`${name}-dev-fleet`, `${name}-image`]) {
    await attempt(`the stack ${stack}`, () => deleteStack(ending, stack));
  }
  await attempt('the stacks that a person deploys', () =>
    run(ending, ['node_modules/.bin/cdk', 'destroy', '--all', '--force', '--no-notices']),
  );
  await attempt('the images and their AMIs', () => deleteImages(`${name}-image`));
  await attempt('the configurations of Image Builder', () => deleteConfigurations(`${name}-image`));
  await attempt('the repository', () =>
    new CodeCommitClient({}).send(new DeleteRepositoryCommand({ repositoryName: name })),
  );
  await attempt('the version counter', () =>
    new SSMClient({}).send(new DeleteParameterCommand({ Name: `/${name}/image-version` })),
  );
  for (const bucket of buckets) await attempt(`the bucket ${bucket}`, () => deleteBucket(bucket));
  await attempt('the log groups', () => deleteLogGroups(name));
  return left;
}

/** Somebody, or the trial itself, has removed it already, or has never made it. */
function isGone(error: unknown): boolean {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return /NotFound|DoesNotExist|NoSuchBucket/.test(name) || /does not exist/.test(message);
}

/** They outlive their stack. */
async function bucketsOf(StackName: string): Promise<string[]> {
  try {
    const asked = new DescribeStackResourcesCommand({ StackName });
    const { StackResources = [] } = await new CloudFormationClient({}).send(asked);
    const buckets = StackResources.filter(({ ResourceType }) => ResourceType === 'AWS::S3::Bucket');
    return buckets.flatMap(({ PhysicalResourceId }) => PhysicalResourceId ?? []);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

async function deleteStack({ everyMs, deadline }: Trial, StackName: string): Promise<void> {
  const client = new CloudFormationClient({});
  const described = async () => {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    return Stacks?.[0];
  };
  const id = (await described())?.StackId;
  // A deployment that nobody waits for any more goes on.
  await until(
    async () => !(await described())?.StackStatus?.endsWith('_IN_PROGRESS') || Date.now() > deadline,
    everyMs,
  );
  await client.send(new DeleteStackCommand({ StackName }));
  await until(async () => {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: id }));
    const status = Stacks?.[0]?.StackStatus ?? '';
    if (status === 'DELETE_FAILED' || Date.now() > deadline) throw new Error(`it is in ${status}`);
    return status === 'DELETE_COMPLETE';
  }, everyMs);
}

/** Images, recipes and components of this name, and the AMIs that came of them, with their snapshots. */
async function deleteImages(name: string): Promise<void> {
  const client = new ImagebuilderClient({});
  const named = <T extends { name?: string; arn?: string }>(all: readonly T[] = []) =>
    all.flatMap((one) => (one.name === name && one.arn ? [one.arn] : []));
  for await (const page of paginateListImages({ client }, { owner: 'Self' })) {
    for (const imageVersionArn of named(page.imageVersionList)) {
      for await (const builds of paginateListImageBuildVersions({ client }, { imageVersionArn })) {
        for (const imageBuildVersionArn of named(builds.imageSummaryList)) {
          await client.send(new DeleteImageCommand({ imageBuildVersionArn }));
        }
      }
    }
  }
  await deregister(name);
  for await (const page of paginateListImageRecipes({ client }, { owner: 'Self' })) {
    for (const imageRecipeArn of named(page.imageRecipeSummaryList)) {
      await client.send(new DeleteImageRecipeCommand({ imageRecipeArn }));
    }
  }
  for await (const page of paginateListComponents({ client }, { owner: 'Self' })) {
    for (const componentVersionArn of named(page.componentVersionList)) {
      for await (const builds of paginateListComponentBuildVersions({ client }, { componentVersionArn })) {
        for (const componentBuildVersionArn of named(builds.componentSummaryList)) {
          await client.send(new DeleteComponentCommand({ componentBuildVersionArn }));
        }
      }
    }
  }
}

/** The two that the pipeline's stack made: they outlive it. */
async function deleteConfigurations(name: string): Promise<void> {
  const client = new ImagebuilderClient({});
  const own = ({ name: found = '' }: { name?: string }) => found.startsWith(`${name}-`);
  for await (const page of paginateListInfrastructureConfigurations({ client }, {})) {
    for (const { arn: infrastructureConfigurationArn } of page.infrastructureConfigurationSummaryList?.filter(own) ??
      []) {
      await client.send(new DeleteInfrastructureConfigurationCommand({ infrastructureConfigurationArn }));
    }
  }
  for await (const page of paginateListDistributionConfigurations({ client }, {})) {
    for (const { arn: distributionConfigurationArn } of page.distributionConfigurationSummaryList?.filter(own) ?? []) {
      await client.send(new DeleteDistributionConfigurationCommand({ distributionConfigurationArn }));
    }
  }
}

async function deregister(name: string): Promise<void> {
  const client = new EC2Client({});
  const Filters = [{ Name: 'name', Values: [`${name}-*`] }];
  for await (const { Images = [] } of paginateDescribeImages({ client }, { Owners: ['self'], Filters })) {
    for (const { ImageId } of Images) {
      await client.send(new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true }));
    }
  }
}

async function deleteBucket(Bucket: string): Promise<void> {
  const client = new S3Client({});
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) break;
    const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    if (Errors.length > 0) throw new Error(`${Errors[0]?.Key}: ${Errors[0]?.Message}`);
  }
  await client.send(new DeleteBucketCommand({ Bucket }));
}

/** Those that services made by themselves. */
async function deleteLogGroups(name: string): Promise<void> {
  const client = new CloudWatchLogsClient({});
  for (const service of ['codebuild', 'imagebuilder', 'lambda']) {
    const { logGroups = [] } = await client.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: `/aws/${service}/${name}-` }),
    );
    for (const { logGroupName } of logGroups) await client.send(new DeleteLogGroupCommand({ logGroupName }));
  }
}
