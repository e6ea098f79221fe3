import { Construct } from 'constructs';
import {
  type EnvironmentRole,
  environmentParameter,
  environmentRoleName,
  fleetParameters,
  fleetStackName,
  functionName,
  pipelineRoleName,
} from '../../names';
import type { Elsewhere } from '../../settings/places';
import type { EnvironmentSettings, Settings } from '../../settings/types';
import { FLEET_MODE, stackActionGrants } from '../actions/stack-action';
import { artifactStoreIn } from '../artifacts/artifact-stores';
import { regional, roleIn } from './arn';
import { describeGrants, explainGrants, lookBackGrants, prepareGrants, watchGrants } from './environment-grants';
import type { Grants } from './grant';
import { grantedRole } from './role';

export interface EnvironmentRolesProps {
  readonly settings: Settings;
  readonly environment: EnvironmentSettings;
  readonly place: Elsewhere;
  /** The role that CloudFormation takes for the fleet. */
  readonly deploymentRoleArn: string;
}

/**
 * Roles with which the pipeline reaches an environment in another account or region: one rolls it, one prepares the
 * roll, one reads. Each trusts only the roles of the pipeline's account that need it.
 */
export class EnvironmentRoles extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: EnvironmentRolesProps,
  ) {
    super(scope, id);
    const { settings, environment, place, deploymentRoleArn } = props;
    const { name, source } = settings;
    const stackName = fleetStackName(name, environment.name);
    const artifacts = artifactStoreIn(settings, { account: place.home.account, region: place.region });
    this.role('roll', {
      description: `The pipeline of ${name}: deploys ${stackName}`,
      trusts: [pipelineRoleName(name)],
      grants: stackActionGrants({
        artifacts,
        stackName,
        mode: FLEET_MODE,
        deploymentRoleArn,
        reads: fleetParameters(name, environment.name),
      }),
    });
    this.role('prepare', {
      description: `Makes the stacks of ${name} ready to be deployed in ${environment.name}`,
      trusts: [functionName(name, 'prepare-deployment')],
      grants: prepareGrants(name, [environment]),
    });
    // Later environments look back at it.
    const isLast = settings.environments.at(-1)?.name === environment.name;
    const looking = [
      'verify-environment',
      'explain-failure',
      ...(environment.approval ? ['describe-fleet'] : []),
      ...(isLast ? [] : ['look-back']),
    ];
    this.role('look', {
      description: `Looks at ${name} in ${environment.name}`,
      trusts: looking.map((source) => functionName(name, source)),
      grants: {
        ...(environment.approval ? describeGrants() : {}),
        ...(isLast ? {} : lookBackGrants(name, [environment])),
        ...watchGrants(name, [environment]),
        ReadUrl: {
          actions: ['ssm:GetParameter'],
          on: [regional('ssm', `parameter${environmentParameter(name, environment.name, 'url')}`)],
        },
        ...explainGrants([stackName], source.repository),
      },
    });
  }

  private role(
    purpose: Exclude<EnvironmentRole, 'deploy'>,
    role: { description: string; trusts: readonly string[]; grants: Grants },
  ): void {
    const { settings, environment, place } = this.props;
    grantedRole(this, purpose, {
      ...role,
      roleName: environmentRoleName(settings.name, environment.name, purpose),
      trusts: { place: place.home, roleNames: role.trusts },
    });
  }
}

/** The ARN of a role of an environment elsewhere. */
export function environmentRoleArn(
  name: string,
  { environment, place }: { environment: EnvironmentSettings; place: Elsewhere },
  purpose: EnvironmentRole,
): string {
  return roleIn(place, environmentRoleName(name, environment.name, purpose));
}
