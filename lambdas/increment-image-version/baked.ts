import {
  type ImagebuilderClient,
  paginateListComponents,
  paginateListImageRecipes,
} from '@aws-sdk/client-imagebuilder';

/**
 * Returns the highest patch of `majorMinor` in Image Builder under this name, or 0. It reads components and recipes: a
 * bake creates one of each, whose version stays taken even if the bake fails (D22).
 */
export async function highestBaked(
  imageBuilder: ImagebuilderClient,
  { name, majorMinor }: { name: string; majorMinor: string },
): Promise<number> {
  const config = { client: imageBuilder };
  const input = { owner: 'Self' as const, filters: [{ name: 'name', values: [name] }] };
  const versions: string[] = [];
  for await (const page of paginateListComponents(config, input)) {
    for (const { version = '' } of page.componentVersionList ?? []) versions.push(version);
  }
  for await (const page of paginateListImageRecipes(config, input)) {
    // Its version is in its ARN alone: `…:image-recipe/NAME/1.0.7`.
    for (const { arn = '' } of page.imageRecipeSummaryList ?? []) versions.push(arn.split('/').at(-1) ?? '');
  }
  const patches = versions
    .filter((version) => version.startsWith(`${majorMinor}.`))
    .map((version) => Number(version.slice(majorMinor.length + 1)));
  return Math.max(0, ...patches);
}
