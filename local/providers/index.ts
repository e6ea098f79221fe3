import type { Provider } from '../engine/provider';
import type { Clock } from '../kernel/clock';
import type { Collection } from '../kernel/store';
import type { AutoScaling } from '../runtime/autoscaling/auto-scaling';
import type { CloudWatch } from '../runtime/cloudwatch/cloudwatch';
import type { CodeBuild } from '../runtime/codebuild/codebuild';
import type { CodeCommit } from '../runtime/codecommit/codecommit';
import type { CodePipeline } from '../runtime/codepipeline/code-pipeline';
import type { Ec2 } from '../runtime/ec2/ec2';
import type { ElasticLoadBalancing } from '../runtime/elasticloadbalancing/elastic-load-balancing';
import type { EventBridge } from '../runtime/events/event-bridge';
import type { Iam } from '../runtime/iam/iam';
import type { ImageBuilder } from '../runtime/imagebuilder/image-builder';
import type { Functions } from '../runtime/lambda/functions';
import type { CloudWatchLogs } from '../runtime/logs/cloudwatch-logs';
import type { Network } from '../runtime/network/network';
import type { S3 } from '../runtime/s3/s3';
import type { Sns } from '../runtime/sns/sns';
import type { ParameterStore } from '../runtime/ssm/parameter-store';
import { autoScalingGroup } from './auto-scaling-group';
import { autoScalingLifecycleHook } from './auto-scaling-lifecycle-hook';
import { autoScalingScalingPolicy } from './auto-scaling-scaling-policy';
import { autoScalingScheduledAction } from './auto-scaling-scheduled-action';
import { cloudWatchAlarm } from './cloudwatch-alarm';
import { codeBuildProject } from './codebuild-project';
import { codeCommitRepository } from './codecommit-repository';
import { codePipelinePipeline } from './codepipeline-pipeline';
import { ec2InternetGateway } from './ec2-internet-gateway';
import { ec2LaunchTemplate } from './ec2-launch-template';
import { ec2Route } from './ec2-route';
import { ec2RouteTable } from './ec2-route-table';
import { ec2SecurityGroup } from './ec2-security-group';
import { ec2SecurityGroupEgress } from './ec2-security-group-egress';
import { ec2SecurityGroupIngress } from './ec2-security-group-ingress';
import { ec2Subnet } from './ec2-subnet';
import { ec2SubnetRouteTableAssociation } from './ec2-subnet-route-table-association';
import { ec2Vpc } from './ec2-vpc';
import { ec2VpcEndpoint } from './ec2-vpc-endpoint';
import { ec2VpcGatewayAttachment } from './ec2-vpc-gateway-attachment';
import { ecrRepository } from './ecr-repository';
import { elbv2Listener } from './elbv2-listener';
import { elbv2LoadBalancer } from './elbv2-load-balancer';
import { elbv2TargetGroup } from './elbv2-target-group';
import { eventsRule } from './events-rule';
import { iamInstanceProfile } from './iam-instance-profile';
import { iamManagedPolicy } from './iam-managed-policy';
import { iamPolicy } from './iam-policy';
import { iamRole } from './iam-role';
import { imageBuilderComponent } from './imagebuilder-component';
import { imageBuilderDistributionConfiguration } from './imagebuilder-distribution-configuration';
import { imageBuilderImage } from './imagebuilder-image';
import { imageBuilderImageRecipe } from './imagebuilder-image-recipe';
import { imageBuilderInfrastructureConfiguration } from './imagebuilder-infrastructure-configuration';
import { kmsAlias } from './kms-alias';
import { kmsKey } from './kms-key';
import { lambdaEventInvokeConfig } from './lambda-event-invoke-config';
import { lambdaFunction } from './lambda-function';
import { lambdaPermission } from './lambda-permission';
import { logsLogGroup } from './logs-log-group';
import { s3Bucket } from './s3-bucket';
import { s3BucketPolicy } from './s3-bucket-policy';
import { snsSubscription } from './sns-subscription';
import { snsTopic } from './sns-topic';
import { snsTopicPolicy } from './sns-topic-policy';
import { ssmParameter } from './ssm-parameter';

/** The services behind the resource types. */
export interface ProviderServices {
  readonly clock: Clock;
  readonly builds: CodeBuild;
  readonly cloudWatch: CloudWatch;
  readonly codeCommit: CodeCommit;
  /** The ARNs of ECR's repositories, by name. */
  readonly containerRepositories: Collection<string>;
  readonly ec2: Ec2;
  readonly events: EventBridge;
  readonly functions: Functions;
  readonly iam: Iam;
  readonly imageBuilder: ImageBuilder;
  readonly loadBalancing: ElasticLoadBalancing;
  readonly logs: CloudWatchLogs;
  readonly network: Network;
  readonly parameters: ParameterStore;
  readonly pipelines: CodePipeline;
  readonly s3: S3;
  readonly scaling: AutoScaling;
  readonly topics: Sns;
}

/** Every resource type this runtime knows, by its name. Two files for one type are our bug. */
export function providerRegistry(services: ProviderServices): ReadonlyMap<string, Provider> {
  const registry = new Map<string, Provider>();
  for (const provider of providers(services)) {
    if (registry.has(provider.type)) throw new Error(`two providers for ${provider.type}`);
    registry.set(provider.type, provider);
  }
  return registry;
}

/** Each knows the shape of its own properties; the engine treats them as JSON that it has checked by name. */
function providers(services: ProviderServices): Provider[] {
  const { builds, ec2, functions, iam, imageBuilder, loadBalancing, network, s3, scaling } = services;
  const known = [
    autoScalingGroup(scaling, services.clock),
    autoScalingLifecycleHook(scaling),
    autoScalingScalingPolicy(scaling),
    autoScalingScheduledAction(scaling),
    cloudWatchAlarm(services.cloudWatch),
    codeBuildProject(builds),
    codeCommitRepository(services.codeCommit),
    codePipelinePipeline(services.pipelines),
    ec2InternetGateway(network),
    ec2LaunchTemplate(ec2),
    ec2Route(network),
    ec2RouteTable(network),
    ec2SecurityGroup(network),
    ec2SecurityGroupEgress(network),
    ec2SecurityGroupIngress(network),
    ec2Subnet(network),
    ec2SubnetRouteTableAssociation(network),
    ec2Vpc(network),
    ec2VpcEndpoint(network),
    ec2VpcGatewayAttachment(network),
    elbv2Listener(loadBalancing),
    elbv2LoadBalancer(loadBalancing),
    elbv2TargetGroup(loadBalancing),
    ecrRepository(services.containerRepositories),
    eventsRule(services.events),
    iamInstanceProfile(iam),
    iamManagedPolicy(iam),
    iamPolicy(iam),
    iamRole(iam),
    imageBuilderComponent(imageBuilder),
    imageBuilderDistributionConfiguration(imageBuilder),
    imageBuilderImage(imageBuilder),
    imageBuilderImageRecipe(imageBuilder),
    imageBuilderInfrastructureConfiguration(imageBuilder),
    kmsAlias(),
    kmsKey(),
    lambdaEventInvokeConfig(functions),
    lambdaFunction(functions),
    lambdaPermission(functions),
    logsLogGroup(services.logs),
    s3Bucket(s3),
    s3BucketPolicy(s3),
    snsSubscription(services.topics),
    snsTopic(services.topics),
    snsTopicPolicy(services.topics),
    ssmParameter(services.parameters),
  ];
  return known as unknown as Provider[];
}
