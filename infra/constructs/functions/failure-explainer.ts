import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { fleetStackName, functionName, imageStackName, runsTopicName } from '../../names';
import { elsewhereOf } from '../../settings/places';
import type { Settings } from '../../settings/types';
import { regional } from '../roles/arn';
import { explainGrants } from '../roles/environment-grants';
import type { Grant } from '../roles/grant';
import { reach, reachGrants } from '../roles/reach';
import { NodeFunction } from './node-function';
import { Topic } from './topic';

export interface FailureExplainerProps {
  readonly settings: Settings;
  /** Mail addresses. */
  readonly notify: readonly string[];
}

/**
 * Announces why a run failed: EventBridge receives the failure (A33), a function finds the cause where it happened, and
 * a topic publishes it in one line. The function only reads.
 */
export class FailureExplainer extends Construct {
  constructor(scope: Construct, id: string, { settings, notify }: FailureExplainerProps) {
    super(scope, id);
    const { name } = settings;
    const lookRoles = this.lookRoles(settings);
    const topic = new Topic(this, 'Topic', {
      topicName: runsTopicName(name),
      displayName: `Runs of ${name}`,
      mails: notify,
    });
    const fn = new NodeFunction(this, 'Explain', {
      functionName: functionName(name, 'explain-failure'),
      description: `Tells why a run of ${name} failed`,
      source: 'explain-failure',
      architecture: settings.image.architecture,
      timeoutSeconds: 120,
      invokedBy: 'rule',
      roleName: Object.keys(lookRoles).length > 0 ? functionName(name, 'explain-failure') : undefined,
      environment: {
        TOPIC: topic.arn,
        ...(Object.keys(lookRoles).length > 0 && { LOOK_ROLES: JSON.stringify(lookRoles) }),
      },
      grants: { Tell: topic.publish(), ...evidence(settings) },
    });
    const rule = new CfnRule(this, 'Rule', {
      description: `A failed run of ${name} is explained`,
      state: 'ENABLED',
      eventPattern: {
        source: ['aws.codepipeline'],
        'detail-type': ['CodePipeline Pipeline Execution State Change'],
        detail: { pipeline: [name], state: ['FAILED'] },
      },
      targets: [{ id: 'Explain', arn: fn.arn }],
    });
    new CfnPermission(this, 'Invoke', {
      action: 'lambda:InvokeFunction',
      functionName: fn.functionName,
      principal: 'events.amazonaws.com',
      sourceArn: rule.attrArn,
    });
  }

  /** For the role that an action elsewhere has, the one with which to look there. */
  private lookRoles(settings: Settings): Record<string, string> {
    const reaches = settings.environments.flatMap((environment) => reach(settings, environment) ?? []);
    return Object.fromEntries(reaches.map(({ rollRoleArn, look }) => [rollRoleArn, look.roleArn]));
  }
}

/** The explanation also names the last execution that succeeded. */
const LOOK_AT_THE_RUN = [
  'GetPipelineExecution',
  'ListActionExecutions',
  'ListPipelineExecutions',
  'ListRuleExecutions',
];

/**
 * Permissions to read the places where a cause may be found: the run, its stacks, builds, images and servers, and their
 * logs.
 */
function evidence(settings: Settings): Record<string, Grant> {
  const { name, environments, source } = settings;
  const fleets = environments
    .filter((environment) => !elsewhereOf(settings, environment))
    .map((environment) => fleetStackName(name, environment.name));
  const deployments = explainGrants([imageStackName(name), ...fleets], source.repository);
  const builds = ['compile', 'synth'].map((build) => `${name}-${build}`);
  const functions = [
    'increment-image-version',
    'prepare-deployment',
    'describe-fleet',
    'verify-environment',
    'look-back',
  ];
  const logs = [
    ...builds.map((build) => `codebuild/${build}`),
    ...functions.map((fn) => `lambda/${functionName(name, fn)}`),
    `imagebuilder/${imageStackName(name)}`,
  ];
  return {
    LookAtTheRun: {
      actions: LOOK_AT_THE_RUN.map((operation) => `codepipeline:${operation}`),
      on: [regional('codepipeline', name)],
    },
    LookAtStacks: deployments.LookAtStacks,
    LookAtBuilds: {
      actions: ['codebuild:BatchGetBuilds'],
      on: builds.map((build) => regional('codebuild', `project/${build}`)),
    },
    LookAtImages: {
      actions: ['imagebuilder:GetImage'],
      on: [regional('imagebuilder', `image/${imageStackName(name)}/*`)],
      because: 'Every execution adds a version to the name.',
    },
    ReadLogs: {
      actions: ['logs:DescribeLogStreams', 'logs:GetLogEvents'],
      on: logs.map((log) => regional('logs', `log-group:/aws/${log}:*`)),
      because: 'Every run writes streams of its own.',
    },
    LookAtGroups: deployments.LookAtActivities,
    ReadConsoles: deployments.ReadConsoles,
    ...reachGrants(settings, 'look'),
  };
}
