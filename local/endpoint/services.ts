import type { StackEngine } from '../engine/engine';
import type { CertificateManager } from '../runtime/acm/certificate-manager';
import type { AutoScaling } from '../runtime/autoscaling/auto-scaling';
import type { CloudWatch } from '../runtime/cloudwatch/cloudwatch';
import type { CodeBuild } from '../runtime/codebuild/codebuild';
import type { CodeCommit } from '../runtime/codecommit/codecommit';
import type { CodePipeline } from '../runtime/codepipeline/code-pipeline';
import type { Jobs } from '../runtime/codepipeline/jobs';
import type { Ec2 } from '../runtime/ec2/ec2';
import type { ElasticLoadBalancing } from '../runtime/elasticloadbalancing/elastic-load-balancing';
import type { EventBridge } from '../runtime/events/event-bridge';
import type { Iam } from '../runtime/iam/iam';
import type { Identity } from '../runtime/iam/identity';
import type { ImageBuilder } from '../runtime/imagebuilder/image-builder';
import type { Functions } from '../runtime/lambda/functions';
import type { CloudWatchLogs } from '../runtime/logs/cloudwatch-logs';
import type { Network } from '../runtime/network/network';
import type { S3 } from '../runtime/s3/s3';
import type { ServiceQuotas } from '../runtime/servicequotas/service-quotas';
import type { Sns } from '../runtime/sns/sns';
import type { ParameterStore } from '../runtime/ssm/parameter-store';
import { acmOperations } from './operations/acm';
import { autoscalingOperations } from './operations/autoscaling';
import { cloudFormationOperations } from './operations/cloudformation';
import { cloudWatchOperations } from './operations/cloudwatch';
import { codeBuildOperations } from './operations/codebuild';
import { codeCommitOperations } from './operations/codecommit';
import { codePipelineOperations } from './operations/codepipeline';
import { dryRunnable } from './operations/dry-run';
import { ec2Operations } from './operations/ec2';
import { elasticloadbalancingOperations } from './operations/elasticloadbalancing';
import { eventsOperations } from './operations/events';
import { iamOperations } from './operations/iam';
import { imageBuilderOperations } from './operations/imagebuilder';
import { lambdaOperations } from './operations/lambda';
import { logsOperations } from './operations/logs';
import { networkOperations } from './operations/network';
import { s3Operations } from './operations/s3';
import { serviceQuotasOperations } from './operations/servicequotas';
import { snsOperations } from './operations/sns';
import { ssmOperations } from './operations/ssm';
import { stsOperations } from './operations/sts';
import { type ServiceDefinition, service } from './service';

/** Services that the endpoint serves. */
export interface ServedRooms {
  readonly builds: CodeBuild;
  readonly certificates: CertificateManager;
  readonly cloudWatch: CloudWatch;
  readonly codeCommit: CodeCommit;
  readonly ec2: Ec2;
  readonly events: EventBridge;
  readonly functions: Functions;
  readonly iam: Iam;
  readonly identity: Identity;
  readonly imageBuilder: ImageBuilder;
  readonly jobs: Jobs;
  readonly loadBalancing: ElasticLoadBalancing;
  readonly logs: CloudWatchLogs;
  readonly network: Network;
  readonly parameters: ParameterStore;
  readonly pipelines: CodePipeline;
  readonly quotas: ServiceQuotas;
  readonly s3: S3;
  readonly scaling: AutoScaling;
  readonly stacks: StackEngine;
  readonly topics: Sns;
}

/** Every AWS service of the endpoint, by the name that requests are signed for. */
export function awsServices(rooms: ServedRooms): Readonly<Record<string, ServiceDefinition>> {
  const { ec2, network, s3 } = rooms;
  return {
    acm: service(() => import('@aws-sdk/client-acm'), acmOperations(rooms.certificates)),
    autoscaling: service(() => import('@aws-sdk/client-auto-scaling'), autoscalingOperations(rooms.scaling)),
    cloudformation: service(() => import('@aws-sdk/client-cloudformation'), cloudFormationOperations(rooms.stacks, s3)),
    codebuild: service(() => import('@aws-sdk/client-codebuild'), codeBuildOperations(rooms.builds)),
    codecommit: service(() => import('@aws-sdk/client-codecommit'), codeCommitOperations(rooms.codeCommit)),
    codepipeline: service(
      () => import('@aws-sdk/client-codepipeline'),
      codePipelineOperations(rooms.pipelines, rooms.jobs),
    ),
    ec2: service(
      () => import('@aws-sdk/client-ec2'),
      dryRunnable({ ...networkOperations(network), ...ec2Operations(ec2) }),
    ),
    elasticloadbalancing: service(
      () => import('@aws-sdk/client-elastic-load-balancing-v2'),
      elasticloadbalancingOperations(rooms.loadBalancing),
    ),
    events: service(() => import('@aws-sdk/client-eventbridge'), eventsOperations(rooms.events)),
    iam: service(() => import('@aws-sdk/client-iam'), iamOperations(rooms.iam, rooms.identity)),
    imagebuilder: service(() => import('@aws-sdk/client-imagebuilder'), imageBuilderOperations(rooms.imageBuilder)),
    lambda: service(() => import('@aws-sdk/client-lambda'), lambdaOperations(rooms.functions)),
    logs: service(() => import('@aws-sdk/client-cloudwatch-logs'), logsOperations(rooms.logs)),
    monitoring: service(() => import('@aws-sdk/client-cloudwatch'), cloudWatchOperations(rooms.cloudWatch)),
    s3: service(() => import('@aws-sdk/client-s3'), s3Operations(s3)),
    servicequotas: service(() => import('@aws-sdk/client-service-quotas'), serviceQuotasOperations(rooms.quotas)),
    sns: service(() => import('@aws-sdk/client-sns'), snsOperations(rooms.topics)),
    ssm: service(() => import('@aws-sdk/client-ssm'), ssmOperations(rooms.parameters)),
    sts: service(() => import('@aws-sdk/client-sts'), stsOperations(rooms.identity)),
  };
}
