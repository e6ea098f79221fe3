import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import type { Runtime } from '../rig/runtime';

/** The groups of a run, as the AWS SDK shows and changes them. */
export class Fleets {
  constructor(private readonly runtime: Runtime) {}

  /** Sets how many servers `environment` wants, as a person or a scaling policy does. */
  async resize(environment: string, servers: number): Promise<void> {
    const group = await this.group(environment);
    const command = new UpdateAutoScalingGroupCommand({
      AutoScalingGroupName: group,
      DesiredCapacity: servers,
    });
    await (await this.autoScaling()).send(command);
  }

  async desired(environment: string): Promise<number> {
    const AutoScalingGroupNames = [await this.group(environment)];
    const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames });
    const { AutoScalingGroups: [group] = [] } = await (await this.autoScaling()).send(command);
    if (group?.DesiredCapacity === undefined) throw new Error(`${environment} has no group`);
    return group.DesiredCapacity;
  }

  private async group(environment: string): Promise<string> {
    const client = new CloudFormationClient(await this.access());
    const { StackResources = [] } = await client.send(
      new DescribeStackResourcesCommand({ StackName: `greeter-${environment}-fleet` }),
    );
    const resource = StackResources.find(({ ResourceType }) => ResourceType === 'AWS::AutoScaling::AutoScalingGroup');
    if (!resource?.PhysicalResourceId) throw new Error(`${environment} has no group`);
    return resource.PhysicalResourceId;
  }

  private async autoScaling(): Promise<AutoScalingClient> {
    return new AutoScalingClient(await this.access());
  }

  private async access() {
    const { endpoint, region, credentials } = await this.runtime.status();
    return { endpoint, region, credentials };
  }
}
