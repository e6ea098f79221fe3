import type { Scope } from '../kernel/arn';
import type { Objects, Stacks } from '../kernel/ports';
import type { ActionRequest, ActionRunner } from '../runtime/codepipeline/actions/action';
import { cloudFormationDeploy } from '../runtime/codepipeline/actions/cloudformation-deploy';
import { codeBuild } from '../runtime/codepipeline/actions/codebuild-build';
import { codeCommitSource, type Repositories } from '../runtime/codepipeline/actions/codecommit-source';
import { lambdaInvoke } from '../runtime/codepipeline/actions/lambda-invoke';
import type { Jobs } from '../runtime/codepipeline/jobs';

type Builds = Parameters<typeof codeBuild>[0];

/** Services that a pipeline's actions use, in one account and region. */
export interface Workplace {
  readonly codeCommit: Repositories;
  readonly builds: Builds;
  readonly jobs: Jobs;
  readonly stacks: Stacks;
}

/** The pipeline's actions by provider, each at work in the account of its role and in its region. */
export function actionRunners(of: {
  readonly objects: Objects;
  workplace(scope: Scope): Workplace;
}): Readonly<Record<string, ActionRunner>> {
  const { objects } = of;
  const inPlace =
    (runner: (place: Workplace, request: ActionRequest) => ActionRunner): ActionRunner =>
    (request) =>
      runner(of.workplace(request.scope), request)(request);
  return {
    CodeCommit: inPlace(({ codeCommit }) => codeCommitSource(codeCommit, objects)),
    CodeBuild: inPlace(({ builds }, { scope }) => codeBuild(builds, scope.partition)),
    Lambda: inPlace(({ jobs }) => lambdaInvoke(jobs)),
    CloudFormation: inPlace(({ stacks }) => cloudFormationDeploy(stacks, objects)),
  };
}
