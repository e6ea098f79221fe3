import type * as sdk from '@aws-sdk/client-ec2';
import { AwsError } from '../../kernel/failure';
import type { Ec2 } from '../../runtime/ec2/ec2';
import type { Tags } from '../../runtime/ec2/records';
import type { Handlers } from '../handlers';
import { pageOf } from '../page';
import { type Filtering, filtered } from './ec2-filters';

export function ec2TagOperations(ec2: Ec2): Handlers<typeof sdk> {
  return {
    CreateTags({ Resources: ids = [], Tags: tags = [] }) {
      if (tags.some(({ Key }) => Key?.startsWith('aws:'))) {
        throw new AwsError('InvalidParameterValue', 'Tag keys starting with `aws:` are reserved for internal use');
      }
      for (const id of ids)
        ec2.changeTags(id, Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value])));
      return {};
    },

    DeleteTags({ Resources: ids = [], Tags: tags }) {
      for (const id of ids) {
        const now = ec2.tagsOf(id);
        const gone = tags
          ? tags.filter(({ Key = '', Value }) => Value === undefined || now[Key] === Value).map(({ Key = '' }) => Key)
          : Object.keys(now).filter((key) => !key.startsWith('aws:'));
        ec2.changeTags(id, Object.fromEntries(gone.map((key) => [key, undefined])));
      }
      return {};
    },

    DescribeTags({ Filters: filters, MaxResults: size, NextToken: token }) {
      const { items, next } = pageOf(filtered(allTags(ec2), filters, FILTERS), { token, size });
      return {
        Tags: items.map(({ id, type, key, value }) => ({ ResourceId: id, ResourceType: type, Key: key, Value: value })),
        NextToken: next,
      };
    },
  };
}

interface OneTag {
  readonly id: string;
  readonly type: sdk.ResourceType;
  readonly key: string;
  readonly value: string;
}

const FILTERS: Filtering<OneTag> = {
  tags: ({ key, value }) => ({ [key]: value }),
  fields: {
    'resource-id': ({ id }) => id,
    'resource-type': ({ type }) => type,
    key: ({ key }) => key,
    value: ({ value }) => value,
  },
};

function allTags(ec2: Ec2): OneTag[] {
  const list = (id: string, type: sdk.ResourceType, tags: Tags) =>
    Object.entries(tags).map(([key, value]) => ({ id, type, key, value }));
  return [
    ...ec2.images.list().flatMap(({ id, tags }) => list(id, 'image', tags)),
    ...ec2.instances.list().flatMap(({ id, tags }) => list(id, 'instance', tags)),
    ...ec2.launchTemplates.list().flatMap(({ id, tags }) => list(id, 'launch-template', tags)),
  ];
}
