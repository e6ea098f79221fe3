import type * as sdk from '@aws-sdk/client-ssm';
import { NotSupportedLocally } from '../../kernel/failure';
import type { FoundParameter, ParameterRecord, ParameterVersion } from '../../runtime/ssm/parameter';
import type { ParameterStore } from '../../runtime/ssm/parameter-store';
import { atMost, noLongerThan } from '../constraints';
import type { Handlers } from '../handlers';
import { pageOf } from '../page';
import { matchesFilters } from './ssm-filters';

type Ssm = Handlers<typeof sdk>;

/** SSM's operations on parameters. */
export function ssmOperations(parameters: ParameterStore): Ssm {
  return { ...reading(parameters), ...writing(parameters), ...labelling(parameters), ...tagging(parameters) };
}

function reading(parameters: ParameterStore): Ssm {
  const shown = (parameter: FoundParameter): sdk.Parameter => parameterOf(parameters, parameter);
  return {
    GetParameter: ({ Name = '' }) => ({ Parameter: shown(parameters.get(Name)) }),
    GetParameters({ Names = [] }) {
      noLongerThan(10, { member: 'names', value: Names });
      const found = Names.map((name) => ({ name, parameter: parameters.find(name) }));
      return {
        Parameters: found.flatMap(({ parameter }) => (parameter ? [shown(parameter)] : [])),
        InvalidParameters: found.flatMap(({ name, parameter }) => (parameter ? [] : [name])),
      };
    },
    GetParametersByPath({ Path = '', Recursive, ParameterFilters, MaxResults, NextToken }) {
      atMost(10, { member: 'maxResults', value: MaxResults });
      const all = new Map(parameters.list().map((entry) => [entry.record.name, entry]));
      const found = parameters.byPath(Path, Recursive ?? false).filter(({ name }) => {
        const entry = all.get(name);
        return entry !== undefined && matchesFilters(entry, ParameterFilters);
      });
      const { items, next } = pageOf(found, { token: NextToken, size: MaxResults }, 10);
      return { Parameters: items.map(shown), NextToken: next };
    },
    GetParameterHistory({ Name = '', MaxResults, NextToken }) {
      atMost(50, { member: 'maxResults', value: MaxResults });
      const { items, next } = pageOf(parameters.history(Name), { token: NextToken, size: MaxResults }, 50);
      return { Parameters: items.map(historyOf), NextToken: next };
    },
    DescribeParameters({ Filters, ParameterFilters, MaxResults, NextToken }) {
      atMost(50, { member: 'maxResults', value: MaxResults });
      const old = Filters?.map(({ Key, Values }) => ({ Key, Option: 'BeginsWith', Values }));
      const found = parameters.list().filter((entry) => matchesFilters(entry, ParameterFilters ?? old));
      const { items, next } = pageOf(found, { token: NextToken, size: MaxResults }, 50);
      return { Parameters: items.map((entry) => metadataOf(parameters, entry)), NextToken: next };
    },
  };
}

function writing(parameters: ParameterStore): Ssm {
  return {
    PutParameter(input, { principal }) {
      if (input.Policies && input.Policies !== '[]') {
        throw new NotSupportedLocally('A parameter policy');
      }
      const { version, tier } = parameters.put({
        name: input.Name ?? '',
        value: input.Value ?? '',
        type: input.Type,
        overwrite: input.Overwrite,
        description: input.Description,
        allowedPattern: input.AllowedPattern,
        tier: input.Tier,
        dataType: input.DataType,
        tags: input.Tags && tagMap(input.Tags),
        by: principal.arn,
      });
      return { Version: version, Tier: tier };
    },
    DeleteParameter({ Name = '' }) {
      parameters.delete(Name);
      return {};
    },
    DeleteParameters({ Names = [] }) {
      noLongerThan(10, { member: 'names', value: Names });
      const there = Names.filter((name) => parameters.find(name));
      for (const name of there) parameters.delete(name);
      return { DeletedParameters: there, InvalidParameters: Names.filter((name) => !there.includes(name)) };
    },
  };
}

function labelling(parameters: ParameterStore): Ssm {
  return {
    LabelParameterVersion({ Name = '', ParameterVersion, Labels = [] }) {
      const { invalid, version } = parameters.label({ name: Name, version: ParameterVersion, labels: Labels });
      return { InvalidLabels: invalid, ParameterVersion: version };
    },
    UnlabelParameterVersion({ Name = '', ParameterVersion = 0, Labels = [] }) {
      const { removed, invalid } = parameters.unlabel({ name: Name, version: ParameterVersion, labels: Labels });
      return { RemovedLabels: removed, InvalidLabels: invalid };
    },
  };
}

function tagging(parameters: ParameterStore): Ssm {
  const onlyParameters = (type: string | undefined) => {
    if (type === 'Parameter') return;
    throw new NotSupportedLocally(`Tagging a ${type}`);
  };
  return {
    AddTagsToResource({ ResourceType, ResourceId = '', Tags = [] }) {
      onlyParameters(ResourceType);
      parameters.retag(ResourceId, (tags) => ({ ...tags, ...tagMap(Tags) }));
      return {};
    },
    RemoveTagsFromResource({ ResourceType, ResourceId = '', TagKeys = [] }) {
      onlyParameters(ResourceType);
      parameters.retag(ResourceId, (tags) =>
        Object.fromEntries(Object.entries(tags).filter(([key]) => !TagKeys.includes(key))),
      );
      return {};
    },
    ListTagsForResource({ ResourceType, ResourceId = '' }) {
      onlyParameters(ResourceType);
      return { TagList: Object.entries(parameters.tags(ResourceId)).map(([Key, Value]) => ({ Key, Value })) };
    },
  };
}

const tagMap = (tags: readonly sdk.Tag[]) => Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));

function parameterOf(parameters: ParameterStore, found: FoundParameter): sdk.Parameter {
  return {
    Name: found.name,
    Type: found.type,
    Value: found.value,
    Version: found.version,
    Selector: found.selector,
    LastModifiedDate: new Date(found.modifiedAt),
    ARN: parameters.arn(found.name),
    DataType: found.dataType,
  };
}

function historyOf(version: ParameterVersion): sdk.ParameterHistory {
  return {
    Name: version.name,
    Type: version.type,
    Value: version.value,
    Version: version.version,
    LastModifiedDate: new Date(version.modifiedAt),
    LastModifiedUser: version.modifiedBy,
    Description: version.description,
    AllowedPattern: version.allowedPattern,
    Labels: [...version.labels],
    Tier: version.tier,
    Policies: [],
    DataType: version.dataType,
  };
}

function metadataOf(
  parameters: ParameterStore,
  { record, latest }: { record: ParameterRecord; latest: ParameterVersion },
): sdk.ParameterMetadata {
  const { Value: _, Labels: __, ...shared } = historyOf(latest);
  return { ...shared, ARN: parameters.arn(record.name) };
}
