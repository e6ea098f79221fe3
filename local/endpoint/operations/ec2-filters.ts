import type * as sdk from '@aws-sdk/client-ec2';
import { AwsError } from '../../kernel/failure';
import { matchesWildcard } from '../../kernel/pattern';
import type { Tags } from '../../runtime/ec2/records';

/** Filters for one kind of resource. */
export interface Filtering<T> {
  tags(thing: T): Tags;
  /** The values of each filter by its name; `tag:KEY` and `tag-key` are known already. */
  readonly fields: Readonly<Record<string, (thing: T) => string | readonly string[] | undefined>>;
}

/** Returns the items that pass all filters. In a filter's values `*` stands for any text and `?` for one character. */
export function filtered<T>(
  things: readonly T[],
  filters: readonly sdk.Filter[] | undefined,
  filtering: Filtering<T>,
): T[] {
  return things.filter((thing) => (filters ?? []).every((filter) => passes(thing, filter, filtering)));
}

function passes<T>(thing: T, { Name: name = '', Values: values = [] }: sdk.Filter, filtering: Filtering<T>): boolean {
  const found = valuesOf(thing, name, filtering);
  return values.some((pattern) => found.some((one) => matchesWildcard(one, pattern)));
}

function valuesOf<T>(thing: T, name: string, { tags, fields }: Filtering<T>): readonly string[] {
  if (name === 'tag-key') return Object.keys(tags(thing));
  const value = name.startsWith('tag:') ? tags(thing)[name.slice('tag:'.length)] : fieldOf(fields, name)(thing);
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

function fieldOf<F>(fields: Readonly<Record<string, F>>, name: string): F {
  const field = fields[name];
  if (!field) throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
  return field;
}

export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
