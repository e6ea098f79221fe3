import { Aws, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { publish } from '../constructs/artifacts/published';
import { Alarms } from '../constructs/fleet/alarms';
import { LoadBalancer } from '../constructs/network/load-balancer';
import { SmallNetwork } from '../constructs/network/small-network';
import { EnvironmentRoles } from '../constructs/roles/environment-roles';
import { FleetDeploymentRole } from '../constructs/roles/fleet-deployment-role';
import { ServerProfile } from '../constructs/roles/server-profile';
import { type EnvironmentParameter, environmentParameter, environmentPrefix, environmentRoleName } from '../names';
import { permittedInstanceTypes } from '../settings/defaults';
import { elsewhereOf } from '../settings/places';
import type { EnvironmentSettings, ExistingNetwork, NewNetwork, Settings } from '../settings/types';

export interface EnvironmentStackProps extends StackProps {
  readonly settings: Settings;
  readonly environment: EnvironmentSettings;
}

/** Stack of an environment that a commit cannot change: its network, its load balancer, its alarms, and its roles. */
export class EnvironmentStack extends Stack {
  constructor(scope: Construct, id: string, { settings, environment, ...props }: EnvironmentStackProps) {
    const { name } = settings;
    super(scope, id, { description: `Network, load balancer and roles of ${name} in ${environment.name}.`, ...props });
    const elsewhere = elsewhereOf(settings, environment);
    const title = environmentPrefix(name, environment.name);
    const place = network(this, title, environment.network);
    const balancer = new LoadBalancer(this, 'LoadBalancer', {
      name: title,
      network: place,
      certificate: environment.certificate,
    });
    // With its route to the internet, which must exist when a load balancer is created, and until it is deleted.
    if (place instanceof SmallNetwork) balancer.node.addDependency(place);
    new Alarms(this, 'Alarms', { name, environment, balancer });
    const servers = new ServerProfile(this, 'Servers', { name, environment: environment.name });
    const deployment = new FleetDeploymentRole(this, 'FleetDeployment', {
      name,
      environment: environment.name,
      roleName: elsewhere && environmentRoleName(name, environment.name, 'deploy'),
      serverRoleArn: servers.roleArn,
      subnetIds: place.instanceSubnetIds,
      securityGroupId: balancer.instanceSecurityGroupId,
      targetGroupArn: balancer.targetGroupArn,
      instanceTypes: permittedInstanceTypes(environment.fleet),
      imageOwner: elsewhere?.home.account ?? Aws.ACCOUNT_ID,
    });
    if (elsewhere) {
      const deploymentRoleArn = deployment.arn;
      new EnvironmentRoles(this, 'Reached', { settings, environment, place: elsewhere, deploymentRoleArn });
    }
    const published: Record<EnvironmentParameter, string | string[]> = {
      'subnet-ids': [...place.instanceSubnetIds],
      'security-group-id': balancer.instanceSecurityGroupId,
      'target-group-arn': balancer.targetGroupArn,
      'instance-profile-arn': servers.arn,
      'fleet-deployment-role-arn': deployment.arn,
      url: balancer.url,
      'load-balancer-full-name': balancer.fullName,
      'target-group-full-name': balancer.targetGroupFullName,
    };
    for (const [parameter, value] of Object.entries(published) as [EnvironmentParameter, string | string[]][]) {
      publish(this, `Published-${parameter}`, { name: environmentParameter(name, environment.name, parameter), value });
    }
    new CfnOutput(this, 'Environment', { value: environment.name });
    new CfnOutput(this, 'TargetGroupArn', { value: balancer.targetGroupArn });
    new CfnOutput(this, 'Url', { value: balancer.url, description: 'Where the environment answers.' });
  }
}

/** The network that the settings name, or a small new one. */
function network(scope: Construct, name: string, settings: NewNetwork | ExistingNetwork): ExistingNetwork {
  return 'vpcId' in settings ? settings : new SmallNetwork(scope, 'Network', { name, cidr: settings.cidr });
}
