import { Construct } from 'constructs';
import { DEPLOYED_PIPELINE, shapeOf } from '../../settings/deployed';
import type { Settings } from '../../settings/types';
import type { Stage, StageAction } from '../actions/action';
import type { ArtifactStore } from '../artifacts/artifact-store';
import { BuildProject, type BuildProjectProps } from '../functions/build-project';
import { regional } from '../roles/arn';
import type { PipelineRole } from '../roles/pipeline-role';

export interface BuildStageProps {
  readonly settings: Settings;
  readonly roles: PipelineRole;
  readonly artifacts: ArtifactStore;
}

/** Compiles the application and synthesizes the templates of this commit, in parallel. */
export class BuildStage extends Construct implements Stage {
  readonly name = 'Build';
  readonly actions: readonly StageAction[];

  constructor(scope: Construct, id: string, { settings, roles, artifacts }: BuildStageProps) {
    super(scope, id);
    const project = (
      { name, output }: { name: string; output: string },
      description: string,
      further: Pick<BuildProjectProps, 'variables' | 'grants'> = {},
    ) =>
      new BuildProject(this, name, {
        projectName: `${settings.name}-${name.toLowerCase()}`,
        description,
        buildspec: `buildspecs/${name.toLowerCase()}.yml`,
        architecture: settings.image.architecture,
        artifacts,
        output,
        ...further,
      });
    const compile = project({ name: 'Compile', output: 'App' }, `Tests and packs the application ${settings.name}`);
    const synth = project(
      { name: 'Synth', output: 'Templates' },
      `Synthesizes the image and fleet templates of ${settings.name}`,
      {
        variables: { [DEPLOYED_PIPELINE]: JSON.stringify(shapeOf(settings)) },
        grants: {
          CompareStacks: {
            actions: ['cloudformation:GetTemplate'],
            on: [regional('cloudformation', `stack/${settings.name}-*/*`)],
            because: 'A commit may change the list of environments.',
          },
        },
      },
    );
    const role = roles.actionRole('Build', 'builds', {
      Projects: {
        actions: ['codebuild:BatchGetBuilds', 'codebuild:StartBuild', 'codebuild:StopBuild'],
        on: [compile.arn, synth.arn],
      },
    });
    const action = (name: string, { projectName }: BuildProject, output: string): StageAction => ({
      name,
      category: 'Build',
      provider: 'CodeBuild',
      role,
      inputs: ['Source'],
      outputs: [output],
      configuration: { ProjectName: projectName },
    });
    this.actions = [
      action('Compile', compile, 'App'),
      { ...action('Synth', synth, 'Templates'), namespace: 'SynthVariables' },
    ];
  }
}
