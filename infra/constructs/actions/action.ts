import type { CfnPipeline } from 'aws-cdk-lib/aws-codepipeline';
import { checkConfiguration } from './configuration-limits';

/** A stage of the pipeline: the next one begins when all its actions have succeeded. */
export interface Stage {
  readonly name: string;
  readonly actions: readonly StageAction[];
  /** Reaction of the stage when one of its actions fails. Default: the stage stays failed, and a person continues. */
  readonly onFailure?: 'ROLLBACK';
  /** Checks before the stage is entered: if one fails, the stage fails before its first action (A22). */
  readonly entryRules?: readonly EntryRule[];
}

/** A function that decides if a stage may be entered. */
export interface EntryRule {
  readonly name: string;
  readonly role: ActionRole;
  readonly configuration: Readonly<Record<string, string>>;
}

/** One action, in the terms of the pipeline's definition. */
export interface StageAction {
  readonly name: string;
  readonly category: 'Source' | 'Build' | 'Invoke' | 'Deploy' | 'Approval';
  readonly provider: 'CodeCommit' | 'CodeBuild' | 'Lambda' | 'CloudFormation' | 'Manual';
  readonly role: ActionRole;
  /** Region of the action, if it is not the pipeline's. */
  readonly region?: string | undefined;
  readonly configuration: Readonly<Record<string, string>>;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  /** Under this name later actions find its variables. */
  readonly namespace?: string | undefined;
  /** Actions of a stage with the same number run in parallel. Default: 1. */
  readonly runOrder?: number | undefined;
  /** Minutes that the action may take. Only approvals have this setting (A57). */
  readonly timeoutMinutes?: number;
}

/** The role that the pipeline assumes for an action: one of its stack, or one elsewhere with a known ARN. */
export interface ActionRole {
  readonly attrArn: string;
}

/**
 * Returns the stage in the template's form. Throws if AWS would refuse a configuration, or if text of a commit could
 * break it.
 */
export function declareStage({ name, actions, onFailure, entryRules }: Stage): CfnPipeline.StageDeclarationProperty {
  return {
    name,
    actions: actions.map(declareAction),
    onFailure: onFailure && { result: onFailure },
    beforeEntry: entryRules?.length
      ? { conditions: [{ result: 'FAIL', rules: entryRules.map(declareRule) }] }
      : undefined,
  };
}

function declareRule({ name, role, configuration }: EntryRule): CfnPipeline.RuleDeclarationProperty {
  checkConfiguration(name, configuration);
  return {
    name,
    ruleTypeId: { category: 'Rule', owner: 'AWS', provider: 'LambdaInvoke', version: '1' },
    roleArn: role.attrArn,
    configuration: { ...configuration },
  };
}

function declareAction(action: StageAction): CfnPipeline.ActionDeclarationProperty {
  checkConfiguration(action.name, action.configuration);
  return {
    name: action.name,
    actionTypeId: { category: action.category, owner: 'AWS', provider: action.provider, version: '1' },
    roleArn: action.role.attrArn,
    region: action.region,
    configuration: { ...action.configuration },
    runOrder: action.runOrder ?? 1,
    inputArtifacts: action.inputs?.map((artifact) => ({ name: artifact })),
    outputArtifacts: action.outputs?.map((artifact) => ({ name: artifact })),
    namespace: action.namespace,
    timeoutInMinutes: action.timeoutMinutes,
  };
}
