import type { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { ArtifactStore } from '../artifacts/artifact-store';
import { readPublished } from '../artifacts/published';
import { regional } from '../roles/arn';
import { type Grant, passRole } from '../roles/grant';
import type { PipelineRole } from '../roles/pipeline-role';
import type { ActionRole, StageAction } from './action';

export interface StackActionProps {
  readonly name: string;
  readonly role: ActionRole;
  /** Set if it is not the pipeline's region. */
  readonly region?: string | undefined;
  readonly mode: StackActionMode;
  readonly stackName: string;
  /** Path in the artifact `Templates`. */
  readonly template: string;
  /** The role that CloudFormation takes for the stack. */
  readonly deploymentRoleArn: string;
  /** Parameter → value: text that may hold variables, or a function on an artifact. */
  readonly parameters: Readonly<Record<string, string | object>>;
  /** The artifacts that `parameters` speaks of. */
  readonly inputs?: readonly string[];
  readonly namespace?: string;
  readonly runOrder?: number;
}

export type StackActionMode = 'CREATE_UPDATE' | 'REPLACE_ON_FAILURE';

/** Action mode of a stack that servers depend on: the mode never deletes one (A46). */
export const FLEET_MODE: StackActionMode = 'CREATE_UPDATE';

/** Deploys a stack that this commit synthesized. (A45–A48) */
export function stackAction({
  name,
  role,
  region,
  inputs = [],
  namespace,
  runOrder,
  ...props
}: StackActionProps): StageAction {
  return {
    name,
    category: 'Deploy',
    provider: 'CloudFormation',
    role,
    region,
    inputs: ['Templates', ...inputs],
    configuration: {
      ActionMode: props.mode,
      StackName: props.stackName,
      TemplatePath: `Templates::${props.template}`,
      RoleArn: props.deploymentRoleArn,
      ParameterOverrides: JSON.stringify(props.parameters),
    },
    namespace,
    runOrder,
  };
}

export interface StackRoleProps extends Pick<StackActionProps, 'stackName' | 'mode' | 'deploymentRoleArn'> {
  readonly artifacts: ArtifactStore;
  /** The SSM parameters that the template reads. */
  readonly reads: readonly string[];
}

/** The role for the action that deploys one stack with one deployment role. */
export function stackRole(roles: PipelineRole, id: string, props: StackRoleProps): CfnRole {
  return roles.actionRole(id, `deploys ${props.stackName}`, stackActionGrants(props));
}

/** Grants the permissions that the action needs in the account and region of the stack. */
export function stackActionGrants({
  artifacts,
  stackName,
  mode,
  deploymentRoleArn,
  reads,
}: StackRoleProps): Record<string, Grant> {
  return {
    Artifacts: artifacts.read(),
    ArtifactBucket: artifacts.look(),
    ...artifacts.decrypt(),
    Stack: {
      actions: [
        'cloudformation:CreateStack',
        // A stack that failed beyond repair is deleted first (A46).
        ...(mode === 'REPLACE_ON_FAILURE' ? ['cloudformation:DeleteStack'] : []),
        'cloudformation:DescribeStackEvents',
        'cloudformation:DescribeStackResource',
        'cloudformation:DescribeStackResources',
        'cloudformation:DescribeStacks',
        'cloudformation:GetTemplate',
        'cloudformation:UpdateStack',
      ],
      on: [regional('cloudformation', `stack/${stackName}/*`)],
      because: 'The last part of the ARN of a stack changes with each creation.',
    },
    // CloudFormation reads them as the deploying caller. The CDK's deployment role states this for change sets, and
    // no
    // document says that an update differs (aws-cdk, bootstrap-template.yaml, "ReadVersion").
    ReadWhatIsPublished: readPublished(reads),
    Validate: { actions: ['cloudformation:ValidateTemplate'], because: 'Looking at a template knows no resources.' },
    PassDeploymentRole: passRole(deploymentRoleArn, 'cloudformation.amazonaws.com'),
  };
}
