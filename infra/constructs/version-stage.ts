import type { Stage } from './action';
import { askable, invokeAction } from './invoke-action';
import type { NodeFunction } from './node-function';
import { PINNING } from './pinned-artifacts';
import type { PipelineRole } from './pipeline-role';

/** Gives the execution its image version, and tells where the commit comes from in words that are safe in a tag. */
export function versionStage(roles: PipelineRole, increment: NodeFunction): Stage {
  return {
    name: 'Version',
    actions: [
      invokeAction({
        name: 'Increment',
        ...askable(roles, 'Version', increment),
        namespace: 'Version',
        ...PINNING,
        // Ids only: a commit's own words would be put into this JSON as they are (A27).
        parameters: { executionId: '#{codepipeline.PipelineExecutionId}', commitId: '#{SourceVariables.CommitId}' },
      }),
    ],
  };
}
