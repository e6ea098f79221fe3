import { AwsError } from '../../../../local/kernel/failure';
import type { Credentials } from '../../../../local/kernel/principal';
import type { ActionDefinition, PipelineDefinition } from '../../../../local/runtime/codepipeline/definition';

/** A CodeBuild action that takes in the source; tests change what they are about. */
export function action(name: string, change: Partial<ActionDefinition> = {}): ActionDefinition {
  return {
    name,
    category: 'Build',
    owner: 'AWS',
    provider: 'CodeBuild',
    version: '1',
    runOrder: 1,
    configuration: { ProjectName: name },
    inputArtifacts: ['Source'],
    outputArtifacts: [],
    ...change,
  };
}

export const source = action('Fetch', {
  category: 'Source',
  provider: 'CodeCommit',
  configuration: { RepositoryName: 'app', BranchName: 'main', PollForSourceChanges: 'false' },
  inputArtifacts: [],
  outputArtifacts: ['Source'],
  namespace: 'SourceVariables',
});

/** A manual approval, named Approve. */
export function approval(change: Partial<ActionDefinition> = {}): ActionDefinition {
  return action('Approve', {
    category: 'Approval',
    provider: 'Manual',
    configuration: {},
    inputArtifacts: [],
    ...change,
  });
}

export const PIPELINE_ROLE = 'arn:aws:iam::000000000000:role/pipeline';

/** Roles by whom they trust; every assumption is written down as `role by whom`. */
export function rolesTrusting(trust: Record<string, string> = { [PIPELINE_ROLE]: 'codepipeline.amazonaws.com' }) {
  const assumed: string[] = [];
  return {
    trust,
    assumed,
    assume(roleArn: string, _session: string, service: string): Credentials {
      if (trust[roleArn] !== service) {
        throw new AwsError(
          'AccessDenied',
          `${service} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
        );
      }
      assumed.push(`${roleArn} by ${service}`);
      return { accessKeyId: `key of ${roleArn}`, secretAccessKey: 's', sessionToken: 't' };
    },
  };
}

/** A pipeline whose stages are named Stage1, Stage2 … */
export function pipeline(...stages: ActionDefinition[][]): PipelineDefinition {
  return {
    name: 'app',
    roleArn: PIPELINE_ROLE,
    pipelineType: 'V2',
    executionMode: 'SUPERSEDED',
    artifactBucket: 'artifacts',
    stages: stages.map((actions, index) => ({ name: `Stage${index + 1}`, actions })),
    variables: [],
  };
}
