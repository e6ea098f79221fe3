import type { Provided, Provider, ProviderContext } from '../engine/provider';
import { isAwsError } from '../kernel/failure';
import type { ParameterStore } from '../runtime/ssm/parameter-store';
import { resourceTags } from './resource-tags';

interface Properties {
  Type: string;
  Value: string;
  Name?: string;
  Description?: string;
  AllowedPattern?: string;
  DataType?: string;
  Tier?: string;
  /** A map, unlike other types' tags. */
  Tags?: Record<string, string>;
}

/** Properties that are written with the value; a change of one creates a new version. */
const WRITTEN = ['Type', 'Value', 'Description', 'AllowedPattern', 'DataType', 'Tier'] as const;

/** Parameters of Parameter Store. The name cannot change; types are `String` and `StringList` (C10). */
export function ssmParameter(parameters: ParameterStore): Provider<Properties> {
  return {
    type: 'AWS::SSM::Parameter',
    fidelity: 'real',
    properties: {
      Type: 'real',
      Value: 'real',
      Name: 'real',
      Description: 'real',
      AllowedPattern: 'real',
      DataType: 'record',
      Tier: 'real',
      Tags: 'real',
    },
    required: ['Type', 'Value'],
    createOnly: ['Name'],
    attributes: ['Type', 'Value'],
    note: 'Versions, history and labels. No SecureString, as CloudFormation has none; no parameter policies.',
    refuse: ({ Type }) =>
      Type === undefined || Type === 'String' || Type === 'StringList'
        ? []
        : [`Type: ${Type} is not one of String, StringList`],
    async create(ctx, properties) {
      const name = properties.Name ?? ctx.physicalName({ length: 128, prefix: 'CFN' });
      write(ctx, { parameters, name, properties, tags: tagsOf(ctx, properties) });
      ctx.created(name);
      return provided(name, properties);
    },
    async update(ctx, current, next) {
      const name = current.physicalId;
      // Without a change of a written property there is no new version (C10).
      if (WRITTEN.some((property) => current.properties[property] !== next[property])) {
        write(ctx, { parameters, name, properties: next, overwrite: true });
      }
      parameters.retag(name, () => tagsOf(ctx, next));
      return provided(name, next);
    },
    async delete(_ctx, { physicalId }) {
      try {
        parameters.delete(physicalId);
      } catch (error) {
        if (!isAwsError(error, 'ParameterNotFound')) throw error;
      }
    },
  };
}

interface Write {
  readonly parameters: ParameterStore;
  readonly name: string;
  readonly properties: Properties;
  readonly tags?: Readonly<Record<string, string>>;
  readonly overwrite?: boolean;
}

function write(ctx: ProviderContext, { parameters, name, properties, tags, overwrite }: Write): void {
  parameters.put({
    name,
    value: String(properties.Value),
    type: properties.Type,
    description: properties.Description,
    allowedPattern: properties.AllowedPattern,
    dataType: properties.DataType,
    tier: properties.Tier,
    tags,
    overwrite,
    by: ctx.principal.arn,
  });
}

const tagsOf = (ctx: ProviderContext, { Tags = {} }: Properties) => ({ ...resourceTags(ctx), ...Tags });

const provided = (name: string, { Type, Value }: Properties): Provided => ({
  physicalId: name,
  attributes: { Type, Value: String(Value) },
});
