import type { Stage } from '../actions/action';
import { askable, invokeAction } from '../actions/invoke-action';
import { PINNING } from '../actions/pinned-artifacts';
import type { NodeFunction } from '../functions/node-function';
import type { PipelineRole } from '../roles/pipeline-role';

/** Gives the execution its image version, and returns the origin of the commit in text that is safe in a tag. */
export function versionStage(roles: PipelineRole, increment: NodeFunction): Stage {
  return {
    name: 'Version',
    actions: [
      invokeAction({
        name: 'Increment',
        ...askable(roles, 'Version', increment),
        namespace: 'Version',
        ...PINNING,
        // Only ids: a commit's text would be inserted into this JSON unescaped (A27).
        parameters: { executionId: '#{codepipeline.PipelineExecutionId}', commitId: '#{SourceVariables.CommitId}' },
      }),
    ],
  };
}
