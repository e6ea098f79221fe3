import type { Settings } from '../../settings/types';
import type { Stage } from '../actions/action';
import type { ArtifactStore } from '../artifacts/artifact-store';
import type { PipelineRole } from '../roles/pipeline-role';

export interface SourceStageProps {
  readonly source: Settings['source'];
  readonly repositoryArn: string;
  readonly artifacts: ArtifactStore;
}

/** Reads the branch. It never polls: an event starts the pipeline, and both together would start it twice (A31). */
export function sourceStage(roles: PipelineRole, { source, repositoryArn, artifacts }: SourceStageProps): Stage {
  const role = roles.actionRole('Source', 'takes the source', {
    Artifacts: artifacts.carry(),
    ...artifacts.encrypt(),
    Repository: {
      actions: [
        'codecommit:CancelUploadArchive',
        'codecommit:GetBranch',
        'codecommit:GetCommit',
        'codecommit:GetRepository',
        'codecommit:GetUploadArchiveStatus',
        'codecommit:UploadArchive',
      ],
      on: [repositoryArn],
    },
  });
  return {
    name: 'Source',
    actions: [
      {
        name: 'Commit',
        category: 'Source',
        provider: 'CodeCommit',
        role,
        outputs: ['Source'],
        namespace: 'SourceVariables',
        configuration: {
          RepositoryName: source.repository,
          BranchName: source.branch,
          PollForSourceChanges: 'false',
          OutputArtifactFormat: 'CODE_ZIP',
        },
      },
    ],
  };
}
