import type { AutoScalingClient, AutoScalingGroup, LaunchTemplateSpecification } from '@aws-sdk/client-auto-scaling';
import {
  DescribeLaunchTemplateVersionsCommand,
  type EC2Client,
  paginateDescribeInstances,
  type Tag,
} from '@aws-sdk/client-ec2';
import { groupsOf } from '../fleet-group';
import type { Fleet, Running } from './serving';

/** Looks at the fleet of a stack, and changes nothing. */
export async function lookAtFleet(
  { autoScaling, ec2 }: { autoScaling: AutoScalingClient; ec2: EC2Client },
  stack: string,
): Promise<Fleet> {
  const groups = await groupsOf(autoScaling, stack);
  const inService = groups.flatMap(instancesInService);
  const [group] = groups;
  return {
    servers: inService.length > 0 ? await runningOn(ec2, inService) : [],
    next: group?.LaunchTemplate && (await launchedFrom(ec2, group.LaunchTemplate)),
    wanted: group && Math.max(...groups.map(({ DesiredCapacity = 0 }) => DesiredCapacity)),
  };
}

function instancesInService({ Instances = [] }: AutoScalingGroup): string[] {
  return Instances.flatMap(({ InstanceId, LifecycleState }) =>
    InstanceId && LifecycleState === 'InService' ? [InstanceId] : [],
  );
}

async function runningOn(ec2: EC2Client, InstanceIds: string[]): Promise<Running[]> {
  const servers: Running[] = [];
  // By filter, not by name: one that ends meanwhile is missing in the answer, and not an error.
  const filter = { Filters: [{ Name: 'instance-id', Values: InstanceIds }] };
  for await (const page of paginateDescribeInstances({ client: ec2 }, filter)) {
    for (const { ImageId, Tags } of (page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances)) {
      servers.push(described(ImageId, Tags));
    }
  }
  return servers;
}

/** Returns the launch template of the group: its image, and the tags with the origin of the image. */
async function launchedFrom(
  ec2: EC2Client,
  { LaunchTemplateId, Version = '$Default' }: LaunchTemplateSpecification,
): Promise<Running | undefined> {
  const command = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: [Version] });
  const data = (await ec2.send(command)).LaunchTemplateVersions?.[0]?.LaunchTemplateData;
  const tags = data?.TagSpecifications?.find(({ ResourceType }) => ResourceType === 'instance')?.Tags;
  return data && described(data.ImageId, tags);
}

function described(imageId: string | undefined, tags: readonly Tag[] = []): Running {
  const tag = (key: string) => tags.find(({ Key }) => Key === key)?.Value;
  return { imageId, imageVersion: tag('ImageVersion'), commitId: tag('CommitId') };
}
