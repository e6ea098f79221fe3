import { ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { CodeBuildClient, ListCuratedEnvironmentImagesCommand } from '@aws-sdk/client-codebuild';
import { CodeCommitClient, GetRepositoryCommand } from '@aws-sdk/client-codecommit';
import { ElasticLoadBalancingV2Client, paginateDescribeLoadBalancers } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateComponentCommand, ImagebuilderClient, paginateListComponents } from '@aws-sdk/client-imagebuilder';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  paginateListServiceQuotas,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ec2Look } from './ec2-look';
import type { Look, NamedType } from './look';
import { remembered } from './remembered';

/** AWS in one region, with the usual settings and the person's own credentials. */
export function awsLook(region: string): Look {
  const ssm = new SSMClient({ region });
  const exists = existence(region, ssm);
  return {
    ...ec2Look(region),
    ...quotaLook(region),
    ...imageLook(region),
    ...deploymentLook(region),
    async bootstrapVersion(parameter) {
      const found = await absent(ssm.send(new GetParameterCommand({ Name: parameter })), 'ParameterNotFound');
      return found && Number(found.Parameter?.Value);
    },
    hasParameter: (name) => exists('AWS::SSM::Parameter', name),
    exists,
  };
}

/** Returns the answer, or undefined if AWS reports with one of these errors that the resource does not exist. */
async function absent<T>(answer: Promise<T>, ...errors: string[]): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && errors.includes(error.name)) return undefined;
    throw error;
  }
}

function existence(region: string, ssm: SSMClient): Look['exists'] {
  const logs = new CloudWatchLogsClient({ region });
  const ways: Readonly<Record<NamedType, (name: string) => Promise<unknown>>> = {
    'AWS::CodeCommit::Repository': (repositoryName) =>
      absent(
        new CodeCommitClient({ region }).send(new GetRepositoryCommand({ repositoryName })),
        'RepositoryDoesNotExistException',
      ),
    'AWS::IAM::Role': (RoleName) =>
      absent(new IAMClient({ region }).send(new GetRoleCommand({ RoleName })), 'NoSuchEntityException', 'NoSuchEntity'),
    // `403` means that the bucket belongs to another account: the name is taken.
    'AWS::S3::Bucket': (Bucket) =>
      absent(new S3Client({ region }).send(new HeadBucketCommand({ Bucket })), 'NotFound', 'NoSuchBucket').catch(
        (error: Error) => error.name === '403' || Promise.reject(error),
      ),
    'AWS::SSM::Parameter': (Name) => absent(ssm.send(new GetParameterCommand({ Name })), 'ParameterNotFound'),
    async 'AWS::Logs::LogGroup'(name) {
      for await (const page of paginateDescribeLogGroups({ client: logs }, { logGroupNamePrefix: name })) {
        if (page.logGroups?.some(({ logGroupName }) => logGroupName === name)) return true;
      }
      return undefined;
    },
  };
  return async (type, name) => (await ways[type](name)) !== undefined;
}

function quotaLook(region: string): Pick<Look, 'quota' | 'quotas'> {
  const client = new ServiceQuotasClient({ region });
  return {
    async quota(ServiceCode, QuotaCode) {
      const input = { ServiceCode, QuotaCode };
      // The account's own quota, or AWS's default.
      const own = await absent(client.send(new GetServiceQuotaCommand(input)), 'NoSuchResourceException');
      if (own?.Quota?.Value !== undefined) return own.Quota.Value;
      const general = client.send(new GetAWSDefaultServiceQuotaCommand(input));
      return (await absent(general, 'NoSuchResourceException'))?.Quota?.Value;
    },
    async quotas(ServiceCode) {
      const found = new Map<string, number>();
      for await (const { Quotas = [] } of paginateListServiceQuotas({ client }, { ServiceCode })) {
        for (const { QuotaName, Value } of Quotas) if (QuotaName && Value !== undefined) found.set(QuotaName, Value);
      }
      return found;
    },
  };
}

function imageLook(region: string): Pick<Look, 'countComponents' | 'refusalOfComponent' | 'buildImages'> {
  const client = new ImagebuilderClient({ region });
  return {
    async countComponents() {
      let count = 0;
      for await (const page of paginateListComponents({ client }, { owner: 'Self', maxResults: 25 })) {
        count += page.componentVersionList?.length ?? 0;
      }
      return count;
    },
    async refusalOfComponent(data) {
      const component = { name: 'preflight', semanticVersion: '0.0.1', platform: 'Linux', data, dryRun: true } as const;
      try {
        await client.send(new CreateComponentCommand(component));
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        // A dry run reports success with this error.
        if (error.name === 'DryRunOperationException') return undefined;
        if (/^Invalid|Validation/.test(error.name)) return error.message;
        throw error;
      }
      return undefined;
    },
    async buildImages() {
      const codeBuild = new CodeBuildClient({ region });
      const { platforms = [] } = await codeBuild.send(new ListCuratedEnvironmentImagesCommand({}));
      const images = platforms.flatMap(({ languages = [] }) => languages.flatMap(({ images = [] }) => images));
      return new Set(images.map(({ name = '' }) => name));
    },
  };
}

function deploymentLook(region: string): Pick<Look, 'stackStatus' | 'certificate' | 'ringing' | 'countLoadBalancers'> {
  const cloudFormation = new CloudFormationClient({ region });
  return {
    stackStatus: remembered(async (StackName) => {
      try {
        const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
        return Stacks?.[0]?.StackStatus;
      } catch (error) {
        // `Stack with id X does not exist` (E6).
        if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
        throw error;
      }
    }),
    async certificate(CertificateArn) {
      const acm = new ACMClient({ region });
      const asked = acm.send(new DescribeCertificateCommand({ CertificateArn }));
      const found = await absent(asked, 'ResourceNotFoundException');
      return found && { status: String(found.Certificate?.Status) };
    },
    async ringing(AlarmNames) {
      const client = new CloudWatchClient({ region });
      const names: string[] = [];
      // A hundred at a time.
      for (let index = 0; index < AlarmNames.length; index += 100) {
        const some = { AlarmNames: AlarmNames.slice(index, index + 100), MaxRecords: 100 };
        const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ ...some, StateValue: 'ALARM' }));
        names.push(...MetricAlarms.map(({ AlarmName = '' }) => AlarmName));
      }
      return names;
    },
    async countLoadBalancers() {
      const client = new ElasticLoadBalancingV2Client({ region });
      let count = 0;
      for await (const page of paginateDescribeLoadBalancers({ client }, {})) count += page.LoadBalancers?.length ?? 0;
      return count;
    },
  };
}
