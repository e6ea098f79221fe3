import type { BakePlan } from './bake';
import type { NewImage } from './ports';
import type { DistributionRecord } from './records';

/** Returns the AMI of a bake in one region: its name (D40), its tags, and its layers. */
export function amiOf(
  { image, recipe, parent, layer }: BakePlan,
  { distribution, region, now }: { distribution?: DistributionRecord; region: string; now: Date },
): NewImage {
  const settings = distribution?.distributions.find((one) => one.region === region)?.amiDistributionConfiguration;
  const description = settings?.description ?? recipe.description;
  return {
    name: amiName(settings?.name ?? recipe.name, { now, buildVersion: `${image.version}/${image.build}` }),
    ...(description ? { description } : {}),
    tags: {
      ...recipe.amiTags,
      ...settings?.amiTags,
      CreatedBy: 'EC2 Image Builder',
      Ec2ImageBuilderArn: image.arn,
    },
    layers: [layer, ...parent.layers],
    architecture: parent.architecture,
    region,
    sharedWith: settings?.launchPermissionConfiguration?.userIds ?? [],
  };
}

const BUILD_DATE = /\{\{\s*imagebuilder:buildDate\s*\}\}/g;
const BUILD_VERSION = /\{\{\s*imagebuilder:buildVersion\s*\}\}/g;

/** Inserts the build time at its place in the name, or at the end. */
function amiName(name: string, { now, buildVersion }: { now: Date; buildVersion: string }): string {
  const date = now.toISOString().replaceAll(':', '-');
  const named = name.replace(BUILD_DATE, date).replace(BUILD_VERSION, buildVersion);
  return named === name ? `${name} ${date}` : named;
}
