import type { ParameterStringFilter } from '@aws-sdk/client-ssm';
import { AwsError } from '../../kernel/failure';
import type { ParameterRecord, ParameterVersion } from '../../runtime/ssm/parameter';

interface Entry {
  readonly record: ParameterRecord;
  readonly latest: ParameterVersion;
}

/** True if a parameter passes every filter; each filter passes with any of its values. Throws `InvalidFilterKey`. */
export function matchesFilters(entry: Entry, filters: readonly ParameterStringFilter[] = []): boolean {
  return filters.every((filter) => matches(entry, filter));
}

function matches({ record, latest }: Entry, { Key = '', Option, Values }: ParameterStringFilter): boolean {
  switch (Key) {
    case 'Name':
      return someOf(Values, (value) => matchesText(record.name, Option, value));
    case 'Type':
      return someOf(Values, (value) => matchesText(record.type, Option, value));
    case 'Tier':
      return someOf(Values, (value) => matchesText(record.tier, Option, value));
    case 'DataType':
      return someOf(Values, (value) => matchesText(record.dataType, Option, value));
    case 'Label':
      return someOf(Values, (value) => latest.labels.some((label) => matchesText(label, Option, value)));
    case 'Path':
      return someOf(Values, (value) => isUnder(record.name, value, Option));
    default:
      return matchesTag(record, { Key, Values });
  }
}

function matchesTag({ tags }: ParameterRecord, { Key = '', Values }: ParameterStringFilter): boolean {
  if (!Key.startsWith('tag:')) {
    throw new AwsError(
      'InvalidFilterKey',
      `1 validation error detected: Value '${Key}' at 'parameterFilters.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: tag:.+|Name|Type|KeyId|Path|Label|Tier|DataType`,
    );
  }
  const tag = tags[Key.slice('tag:'.length)];
  return tag !== undefined && (!Values?.length || Values.includes(tag));
}

const someOf = (values: readonly string[] | undefined, test: (value: string) => boolean) => (values ?? []).some(test);

function matchesText(text: string, option: string | undefined, value: string): boolean {
  if (option === 'BeginsWith') return text.startsWith(value);
  if (option === 'Contains') return text.includes(value);
  // A name may be asked for with or without its first slash.
  return text === value || text === `/${value}` || `/${text}` === value;
}

function isUnder(name: string, path: string, option: string | undefined): boolean {
  const prefix = path.endsWith('/') ? path : `${path}/`;
  return name.startsWith(prefix) && (option === 'Recursive' || !name.slice(prefix.length).includes('/'));
}
