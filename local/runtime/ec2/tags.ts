import { AwsError } from '../../kernel/failure';
import type { LaunchTemplateData, TagSpecification, Tags } from './records';

/** The tags for one kind of resource out of a request's. */
export function tagsFor(type: string, specifications: readonly TagSpecification[] = []): Record<string, string> {
  return Object.fromEntries(
    specifications
      .filter(({ ResourceType }) => ResourceType === type)
      .flatMap(({ Tags: tags = [] }) => tags.map(({ Key = '', Value = '' }) => [Key, String(Value)])),
  );
}

/** Refuses tags that a person may not set. Throws as EC2 does (G1, G3). */
export function checkTags(tags: Tags): void {
  if (Object.keys(tags).filter((key) => !key.startsWith('aws:')).length > 50) {
    throw new AwsError('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.');
  }
  for (const [key, value] of Object.entries(tags)) {
    if (key.length === 0 || key.length > 128)
      throw invalid(`Tag key exceeds the maximum length of 128 characters: ${key}`);
    if (value.length > 256) throw invalid(`Tag value exceeds the maximum length of 256 characters: ${key}`);
  }
}

/** G2: with tags in the metadata service, a key that is invalid in an address makes the launch fail. */
export function checkMetadataTags(tags: Tags, data: LaunchTemplateData): void {
  if (data.MetadataOptions?.InstanceMetadataTags !== 'enabled') return;
  const bad = Object.keys(tags).find(
    (key) => !/^[0-9a-zA-Z\-_+=,.@:]{1,255}$/.test(key) || ['.', '..', '_index'].includes(key),
  );
  if (bad !== undefined) {
    throw invalid(
      `'${bad}' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\\\-_+=,.@:]{1,255}), and must not be a reserved name ('.', '..', '_index')`,
    );
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}
