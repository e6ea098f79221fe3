import { Construct } from 'constructs';
import { approvalStageName, approvalsTopicName, fleetStackName } from '../../names';
import { approvalOf } from '../../settings/defaults';
import type { EnvironmentSettings } from '../../settings/types';
import type { Stage, StageAction } from '../actions/action';
import { invokeAction } from '../actions/invoke-action';
import type { EnvironmentFunctions } from '../functions/environment-functions';
import { Topic } from '../functions/topic';
import type { PipelineRole } from '../roles/pipeline-role';
import type { Reach } from '../roles/reach';

export interface ApprovalStageProps {
  readonly name: string;
  readonly environment: EnvironmentSettings;
  readonly roles: PipelineRole;
  readonly functions: EnvironmentFunctions;
  /** Roles and topic of an environment in another place. */
  readonly reach: Reach | undefined;
}

/**
 * Asks a person if the image may be deployed to an environment, and shows the version that it would replace.
 *
 * It is a stage of its own before the environment's. In the environment's stage, a waiting approval would hold the lock
 * that a rollback needs, a rollback of the stage would ask again, and a rejection would start the rollback (A21, A22,
 * A58).
 */
export class ApprovalStage extends Construct implements Stage {
  readonly name: string;
  readonly actions: readonly StageAction[];

  constructor(scope: Construct, id: string, { name, environment, roles, functions, reach }: ApprovalStageProps) {
    super(scope, id);
    const { notify, timeoutMinutes } = approvalOf({ ...environment, approval: environment.approval ?? {} })!;
    const topic = new Topic(this, 'Topic', {
      topicName: approvalsTopicName(name, environment.name),
      displayName: `${name} asks for an approval`,
      mails: notify,
    });
    const look = `Look-${environment.name}`;
    this.name = approvalStageName(environment.name);
    this.actions = [
      invokeAction({
        name: 'Look',
        ...functions.describeFleet,
        namespace: look,
        parameters: {
          stack: fleetStackName(name, environment.name),
          max: environment.fleet.max,
          ...reach?.look,
          ...(reach?.region && { imageArn: '#{Bake.ImageArn}' }),
        },
      }),
      {
        name: 'Approval',
        category: 'Approval',
        provider: 'Manual',
        runOrder: 2,
        role: roles.actionRole(`Approval-${environment.name}`, `asks before ${environment.name}`, {
          Ask: topic.publish(),
        }),
        timeoutMinutes,
        configuration: {
          NotificationArn: topic.arn,
          CustomData: question({ name, environment: environment.name, look, isCopied: reach?.region !== undefined }),
        },
      },
    ];
  }
}

/** Plain text. A commit's subject may be in it, because it is not parsed as JSON (A27). */
function question(asked: { name: string; environment: string; look: string; isCopied: boolean }): string {
  const { name, environment, look, isCopied } = asked;
  return [
    `Shall ${name} #{Version.ImageVersion} go to ${environment}?`,
    // In another region the image has another id.
    `Image: ${isCopied ? `#{${look}.NewImageId}` : '#{Bake.ImageId}'}`,
    'Commit: #{Version.CommitId} #{Version.CommitSubject}',
    `Replaces: #{${look}.Serving}`,
  ].join('\n');
}
