import type { Provider } from '../engine/provider';
import { messageOf } from '../kernel/failure';
import { type CreateComponent, readDocument } from '../runtime/imagebuilder/components';
import type { ImageBuilder } from '../runtime/imagebuilder/image-builder';
import type { ComponentRecord } from '../runtime/imagebuilder/records';
import { camelCased, LATEST_VERSION, latestVersion, orGone, orTaken, type TagMap } from './imagebuilder-shapes';

interface Properties {
  Name: string;
  Version: string;
  Platform: string;
  Data?: string;
  Uri?: string;
  Description?: string;
  ChangeDescription?: string;
  SupportedOsVersions?: string[];
  KmsKeyId?: string;
  Tags?: TagMap;
}

const TYPE = 'AWS::ImageBuilder::Component';

/** A component: its document is checked completely before anything is created (D33). */
export function imageBuilderComponent(imageBuilder: ImageBuilder): Provider<Properties> {
  const provided = (component: ComponentRecord) => ({
    physicalId: component.arn,
    attributes: {
      Arn: component.arn,
      Encrypted: 'true',
      Name: component.name,
      Type: component.type,
      ...latestVersion(component.arn),
    },
  });
  return {
    type: TYPE,
    fidelity: 'real',
    properties: {
      Name: 'real',
      Version: 'real',
      Platform: 'real',
      Data: 'real',
      Uri: 'real',
      Description: 'record',
      ChangeDescription: 'record',
      SupportedOsVersions: 'record',
      KmsKeyId: 'record',
      Tags: 'record',
    },
    createOnly: [
      ...(['Name', 'Version', 'ChangeDescription', 'Description', 'Platform', 'Data', 'Uri'] as const),
      ...(['KmsKeyId', 'SupportedOsVersions'] as const),
    ],
    attributes: ['Arn', 'Encrypted', 'Name', 'Type', ...LATEST_VERSION],
    note: 'Linux documents with every Linux action, checked before the operation begins. Windows and macOS are refused.',

    refuse: refused,

    async create(ctx, properties) {
      const component = orTaken(TYPE, () =>
        imageBuilder.components.create(request(properties, { ...ctx.stackTags, ...properties.Tags })),
      );
      ctx.created(component.arn);
      return provided(component);
    },

    async update(ctx, current, next) {
      imageBuilder.retag(current.physicalId, { ...ctx.stackTags, ...next.Tags });
      return provided(imageBuilder.components.get(current.physicalId));
    },

    async delete(_ctx, current) {
      orGone(() => imageBuilder.delete(current.physicalId));
    },
  };
}

function refused({ Platform, Data }: Partial<Properties>): string[] {
  const mistakes: string[] = [];
  if (Platform !== undefined && Platform !== 'Linux') {
    mistakes.push(`Platform: ${Platform} is not supported, only Linux`);
  }
  if (typeof Data !== 'string') return mistakes;
  try {
    readDocument(Data);
  } catch (error) {
    mistakes.push(`Data: ${messageOf(error)}`);
  }
  return mistakes;
}

function request({ Version: semanticVersion, Tags: _own, ...rest }: Properties, tags: TagMap): CreateComponent {
  return { ...camelCased<Omit<CreateComponent, 'semanticVersion' | 'tags'>>(rest), semanticVersion, tags };
}
