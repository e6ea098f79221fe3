import type { Stage } from './action';
import { askable, invokeAction } from './invoke-action';
import type { NodeFunction } from './node-function';
import { PINNING } from './pinned-artifacts';
import type { PipelineRole } from './pipeline-role';

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
