import { Construct } from 'constructs';
import { functionName, imageStackName } from '../../names';
import { elsewhereOf, environmentsElsewhere } from '../../settings/places';
import type { Settings } from '../../settings/types';
import { type Askable, askable } from '../actions/invoke-action';
import { regionsElsewhere } from '../artifacts/artifact-stores';
import { regional } from '../roles/arn';
import { describeGrants, lookBackGrants, prepareGrants, watchGrants } from '../roles/environment-grants';
import type { Grant } from '../roles/grant';
import type { PipelineRole } from '../roles/pipeline-role';
import { reachGrants } from '../roles/reach';
import { NodeFunction } from './node-function';

export interface EnvironmentFunctionsProps {
  readonly settings: Settings;
  readonly roles: PipelineRole;
}

/** Functions that check the pipeline's stacks and environments. */
export class EnvironmentFunctions extends Construct {
  /** Brings a stack into a deployable state, and returns the sizes with which a fleet is rolled. */
  readonly prepareDeployment: Askable;
  /** Asks an environment whether it serves, and its alarms whether they are silent. */
  readonly verifyEnvironment: Askable;
  private described: Askable | undefined;
  private back: Askable | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: EnvironmentFunctionsProps,
  ) {
    super(scope, id);
    const { settings } = props;
    const { name } = settings;
    const atHome = settings.environments.filter((environment) => !elsewhereOf(settings, environment));
    this.prepareDeployment = this.askable('Prepare', {
      source: 'prepare-deployment',
      description: `Makes the stacks of ${name} ready to be deployed`,
      grants: {
        ...prepareGrants(name, atHome, [imageStackName(name)]),
        ...reachGrants(settings, 'prepare'),
        FindKeptVersions: {
          actions: ['imagebuilder:GetComponent'],
          on: [regional('imagebuilder', `component/${imageStackName(name)}/*`)],
          because: 'Every execution adds a version to the name.',
        },
        ...this.findCopies(),
      },
    });
    this.verifyEnvironment = this.askable('Verify', {
      source: 'verify-environment',
      description: `Asks the environments of ${name} whether they serve`,
      grants: { ...watchGrants(name, atHome), ...reachGrants(settings, 'look') },
    });
  }

  /** Describes the versions that a fleet serves. Exists if an environment has an approval. */
  get describeFleet(): Askable {
    const { settings } = this.props;
    this.described ??= this.askable('Describe', {
      source: 'describe-fleet',
      description: `Tells what the fleets of ${settings.name} serve`,
      grants: {
        ...describeGrants(),
        ...this.findCopies(),
        ...reachGrants(settings, 'look', ({ approval }) => approval !== undefined),
      },
    });
    return this.described;
  }

  /** Checks that earlier environments stay healthy. Exists if there is more than one environment. */
  get lookBack(): Askable {
    const { settings } = this.props;
    const earlier = settings.environments.slice(0, -1);
    this.back ??= this.askable('LookBack', {
      source: 'look-back',
      description: `Tells whether earlier environments of ${settings.name} stay healthy`,
      grants: {
        ...lookBackGrants(
          settings.name,
          earlier.filter((environment) => !elsewhereOf(settings, environment)),
        ),
        ...reachGrants(settings, 'look', (environment) => earlier.includes(environment)),
        TellRollbacks: {
          actions: ['codepipeline:GetPipelineExecution'],
          on: [regional('codepipeline', settings.name)],
        },
      },
    });
    return this.back;
  }

  /** Permits finding the AMIs of other regions, if there are any. */
  private findCopies(): Record<string, Grant> {
    const { settings } = this.props;
    if (regionsElsewhere(settings).length === 0) return {};
    return {
      FindCopies: {
        actions: ['imagebuilder:GetImage'],
        on: [regional('imagebuilder', `image/${imageStackName(settings.name)}/*`)],
        because: 'Every execution adds a version to the name.',
      },
    };
  }

  private askable(id: string, fn: { source: string; description: string; grants: Record<string, Grant> }): Askable {
    const { settings, roles } = this.props;
    const name = functionName(settings.name, fn.source);
    const made = new NodeFunction(this, id, {
      ...fn,
      functionName: name,
      // Roles elsewhere trust it by its name.
      roleName: environmentsElsewhere(settings).length > 0 ? name : undefined,
      architecture: settings.image.architecture,
      // Each invocation does a part of the work; CodePipeline invokes again until it is done (A41).
      timeoutSeconds: 120,
      invokedBy: 'pipeline',
    });
    return askable(roles, id, made);
  }
}
