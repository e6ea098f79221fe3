import type { Provider } from '../engine/provider';
import type { ImageBuilder } from '../runtime/imagebuilder/image-builder';
import type { DistributionRecord } from '../runtime/imagebuilder/records';
import { camelCased, orGone, orTaken, type TagMap } from './imagebuilder-shapes';

interface Distribution {
  Region: string;
  AmiDistributionConfiguration?: { Name?: string; Description?: string; AmiTags?: TagMap };
}

interface Properties {
  Name: string;
  Description?: string;
  Distributions: Distribution[];
  Tags?: TagMap;
}

const TYPE = 'AWS::ImageBuilder::DistributionConfiguration';
const HONOURED = { distribution: ['Region', 'AmiDistributionConfiguration'], ami: ['Name', 'Description', 'AmiTags'] };

/** What the AMI is called and tagged, in the one Region that is run (D29, D40). */
export function imageBuilderDistributionConfiguration(imageBuilder: ImageBuilder): Provider<Properties> {
  const { distributions } = imageBuilder;
  const { region } = imageBuilder.options.scope;
  const provided = ({ arn, name }: DistributionRecord) => ({ physicalId: arn, attributes: { Arn: arn, Name: name } });
  const request = (properties: Properties) =>
    camelCased<Omit<DistributionRecord, 'arn' | 'dateCreated'>>(properties, ['Tags', 'AmiTags']);
  return {
    type: TYPE,
    fidelity: 'real',
    properties: { Name: 'real', Description: 'record', Distributions: 'real', Tags: 'record' },
    createOnly: ['Name'],
    attributes: ['Arn', 'Name'],
    note: 'The AMI’s name, description and tags. Other Regions, other accounts, sharing and launch templates are refused.',

    refuse({ Distributions = [] }) {
      return Distributions.flatMap((distribution, index) => refusedOf(distribution, `Distributions[${index}]`, region));
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

function refusedOf(distribution: Distribution, path: string, region: string): string[] {
  const unknown = [
    ...Object.keys(distribution ?? {})
      .filter((key) => !HONOURED.distribution.includes(key))
      .map((key) => `${path}.${key}`),
    ...Object.keys(distribution?.AmiDistributionConfiguration ?? {})
      .filter((key) => !HONOURED.ami.includes(key))
      .map((key) => `${path}.AmiDistributionConfiguration.${key}`),
  ];
  const refused = unknown.map((key) => `${key}: is not honoured`);
  if (distribution?.Region && distribution.Region !== region)
    refused.push(`${path}.Region: only ${region} is run here`);
  return refused;
}
