import { type ProviderContext, systemTags } from '../engine/provider';

export type TagList = readonly { readonly Key: string; readonly Value: string }[];

/** All tags of a resource: the stack's, CloudFormation's own, and the template's, which win. */
export function resourceTags(ctx: ProviderContext, own: TagList = []): Record<string, string> {
  return { ...ctx.stackTags, ...systemTags(ctx), ...pairs(own) };
}

/** Converts a list of keys and values into a record. */
export function pairs(list: TagList = []): Record<string, string> {
  return Object.fromEntries(list.map(({ Key, Value }) => [Key, String(Value)]));
}
