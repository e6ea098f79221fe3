import type { CfnRepository } from 'aws-cdk-lib/aws-codecommit';
import type { Stage } from './action';
import type { ArtifactStore } from './artifact-store';
import type { PipelineRole } from './pipeline-role';

export interface SourceStageProps {
  readonly repository: CfnRepository;
  readonly branch: string;
  readonly artifacts: ArtifactStore;
}

/** Takes what the branch holds. It never polls: an event starts the pipeline, and both together would start it twice (A31). */
export function sourceStage(roles: PipelineRole, { repository, branch, artifacts }: SourceStageProps): Stage {
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
      on: [repository.attrArn],
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
          RepositoryName: repository.attrName,
          BranchName: branch,
          PollForSourceChanges: 'false',
          OutputArtifactFormat: 'CODE_ZIP',
        },
      },
    ],
  };
}
