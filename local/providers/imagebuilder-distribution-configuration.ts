import type { Provider } from '../engine/provider';
import type { ImageBuilder } from '../runtime/imagebuilder/image-builder';
import type { DistributionRecord } from '../runtime/imagebuilder/records';
import { camelCased, orGone, orTaken, type TagMap } from './imagebuilder-shapes';

interface Distribution {
  Region: string;
  AmiDistributionConfiguration?: {
    Name?: string;
    Description?: string;
    AmiTags?: TagMap;
    LaunchPermissionConfiguration?: { UserIds?: string[] };
  };
}

interface Properties {
  Name: string;
  Description?: string;
  Distributions: Distribution[];
  Tags?: TagMap;
}

const TYPE = 'AWS::ImageBuilder::DistributionConfiguration';
const HONOURED = {
  distribution: ['Region', 'AmiDistributionConfiguration'],
  ami: ['Name', 'Description', 'AmiTags', 'LaunchPermissionConfiguration'],
  permission: ['UserIds'],
};

/** Distribution of AMIs: name, tags, launch permissions, and the Regions that get a copy (D29, D40). */
export function imageBuilderDistributionConfiguration(imageBuilder: ImageBuilder): Provider<Properties> {
  const { distributions } = imageBuilder;
  const provided = ({ arn, name }: DistributionRecord) => ({ physicalId: arn, attributes: { Arn: arn, Name: name } });
  const request = (properties: Properties) =>
    camelCased<Omit<DistributionRecord, 'arn' | 'dateCreated'>>(properties, ['Tags', 'AmiTags']);
  return {
    type: TYPE,
    fidelity: 'real',
    properties: { Name: 'real', Description: 'record', Distributions: 'real', Tags: 'record' },
    createOnly: ['Name'],
    attributes: ['Arn', 'Name'],
    note: 'The AMI’s name, description and tags, the accounts that may launch it, and a copy for each further Region. Copies for other accounts, sharing with organizations, encryption, parameters and launch templates are refused.',

    refuse({ Distributions = [] }) {
      return Distributions.flatMap((distribution, index) => refusedOf(distribution, `Distributions[${index}]`));
    },

    async create(ctx, properties) {
      const configuration = orTaken(TYPE, () =>
        distributions.create(request({ ...properties, Tags: { ...ctx.stackTags, ...properties.Tags } })),
      );
      ctx.created(configuration.arn);
      return provided(configuration);
    },

    async update(ctx, current, next) {
      const configuration = distributions.update(current.physicalId, request(next));
      imageBuilder.retag(current.physicalId, { ...ctx.stackTags, ...next.Tags });
      return provided(configuration);
    },

    async delete(_ctx, current) {
      orGone(() => imageBuilder.delete(current.physicalId));
    },
  };
}

function refusedOf(distribution: Distribution, path: string): string[] {
  const ami = distribution?.AmiDistributionConfiguration;
  const unknown = [
    ...Object.keys(distribution ?? {})
      .filter((key) => !HONOURED.distribution.includes(key))
      .map((key) => `${path}.${key}`),
    ...Object.keys(ami?.LaunchPermissionConfiguration ?? {})
      .filter((key) => !HONOURED.permission.includes(key))
      .map((key) => `${path}.AmiDistributionConfiguration.LaunchPermissionConfiguration.${key}`),
    ...Object.keys(ami ?? {})
      .filter((key) => !HONOURED.ami.includes(key))
      .map((key) => `${path}.AmiDistributionConfiguration.${key}`),
  ];
  return unknown.map((key) => `${key}: is not honoured`);
}
