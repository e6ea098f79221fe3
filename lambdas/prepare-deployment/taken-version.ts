import { GetComponentCommand, type ImagebuilderClient } from '@aws-sdk/client-imagebuilder';
import { NotDeployable } from './prepare';
import type { Stack } from './stack';

/**
 * Refuses a version that Image Builder has although the image stack does not: its bake failed in an update, and
 * CloudFormation kept the resources. A second attempt would fail on taken names (D22).
 */
export async function refuseTakenVersion(
  imageBuilder: ImagebuilderClient,
  { name, stack, version }: { name: string; stack: Stack; version: string },
): Promise<void> {
  if (stack.parameters['ImageVersion'] === version) return;
  const [, partition, , region, account] = stack.id.split(':');
  const component = `arn:${partition}:imagebuilder:${region}:${account}:component/${name}/${version}/1`;
  try {
    await imageBuilder.send(new GetComponentCommand({ componentBuildVersionArn: component }));
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return;
    throw error;
  }
  throw new NotDeployable(
    `${name} ${version} cannot be baked again: CloudFormation kept the resources of its failed bake, and Image Builder accepts ` +
      'a version only once. Start a new run, which gets the next version: npx server-pipeline release',
  );
}
