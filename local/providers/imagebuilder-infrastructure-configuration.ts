import type { Provider } from '../engine/provider';
import type { ImageBuilder } from '../runtime/imagebuilder/image-builder';
import type { InfrastructureRecord } from '../runtime/imagebuilder/records';
import { camelCased, orGone, orTaken, type TagMap } from './imagebuilder-shapes';

interface Properties {
  Name: string;
  InstanceProfileName: string;
  InstanceTypes?: string[];
  Description?: string;
  SecurityGroupIds?: string[];
  SubnetId?: string;
  KeyPair?: string;
  TerminateInstanceOnFailure?: boolean | string;
  InstanceMetadataOptions?: { HttpTokens?: string; HttpPutResponseHopLimit?: number };
  Placement?: object;
  ResourceTags?: TagMap;
  Tags?: TagMap;
}

const TYPE = 'AWS::ImageBuilder::InfrastructureConfiguration';

/**
 * Infrastructure that images are baked on: the instance profile is real, the network and the size are recorded (D35).
 */
export function imageBuilderInfrastructureConfiguration(imageBuilder: ImageBuilder): Provider<Properties> {
  const { infrastructure } = imageBuilder;
  const provided = ({ arn, name }: InfrastructureRecord) => ({ physicalId: arn, attributes: { Arn: arn, Name: name } });
  const request = ({ TerminateInstanceOnFailure: terminate = true, ...rest }: Properties) => ({
    ...camelCased<Omit<InfrastructureRecord, 'terminateInstanceOnFailure'>>(rest, ['Tags', 'ResourceTags']),
    terminateInstanceOnFailure: String(terminate) === 'true',
  });
  return {
    type: TYPE,
    fidelity: 'real',
    properties: {
      Name: 'real',
      InstanceProfileName: 'real',
      InstanceTypes: 'record',
      Description: 'record',
      SecurityGroupIds: 'record',
      SubnetId: 'record',
      KeyPair: 'record',
      TerminateInstanceOnFailure: 'record',
      InstanceMetadataOptions: 'record',
      Placement: 'record',
      ResourceTags: 'real',
      Tags: 'record',
    },
    createOnly: ['Name'],
    attributes: ['Arn', 'Name'],
    note: 'Machines that bake are always ended and always ask for IMDSv2 tokens. Logging to S3 and SNS topics are refused.',

    refuse({ TerminateInstanceOnFailure: terminate }) {
      const kept = terminate !== undefined && String(terminate) === 'false';
      return kept ? ['TerminateInstanceOnFailure: the machine of a failed bake is not kept, only its logs'] : [];
    },

    async create(ctx, properties) {
      const configuration = orTaken(TYPE, () =>
        infrastructure.create(request({ ...properties, Tags: { ...ctx.stackTags, ...properties.Tags } })),
      );
      ctx.created(configuration.arn);
      return provided(configuration);
    },

    async update(ctx, current, next) {
      const configuration = infrastructure.update(current.physicalId, request(next));
      imageBuilder.retag(current.physicalId, { ...ctx.stackTags, ...next.Tags });
      return provided(configuration);
    },

    async delete(_ctx, current) {
      orGone(() => imageBuilder.delete(current.physicalId));
    },
  };
}
