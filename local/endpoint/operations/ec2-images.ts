import type * as sdk from '@aws-sdk/client-ec2';
import type { Ec2 } from '../../runtime/ec2/ec2';
import type { ImageRecord } from '../../runtime/ec2/records';
import type { Handlers } from '../handlers';
import { pageOf } from '../page';
import { type Filtering, filtered, tagList } from './ec2-filters';

export function ec2ImageOperations(ec2: Ec2): Handlers<typeof sdk> {
  return {
    DescribeImages({ ImageIds: ids, Owners: owners, Filters: filters, MaxResults: size, NextToken: token }, { scope }) {
      const named = ids?.length ? ids.map((id) => ec2.images.get(id)) : ec2.images.list();
      const owned = named.filter(
        (image) => !owners?.length || owners.some((owner) => isOwner(image, owner, scope.account)),
      );
      const { items, next } = pageOf(filtered(owned, filters, FILTERS), { token, size });
      return { Images: items.map((image) => describeImage(image, scope.account)), NextToken: next };
    },

    async DeregisterImage({ ImageId: id = '' }) {
      ec2.images.deregister(id);
      await ec2.instances.removeUnusedLayers();
      return { Return: true };
    },
  };
}

const FILTERS: Filtering<ImageRecord> = {
  tags: ({ tags }) => tags,
  fields: {
    'image-id': ({ id }) => id,
    name: ({ name }) => name,
    state: () => 'available',
    architecture: ({ architecture }) => architecture,
    description: ({ description }) => description,
    'is-public': ({ owner }) => String(owner === 'amazon'),
    'image-type': () => 'machine',
    'root-device-type': () => 'ebs',
    'virtualization-type': () => 'hvm',
    'owner-alias': ({ owner }) => (owner === 'amazon' ? 'amazon' : undefined),
  },
};

function isOwner({ owner }: ImageRecord, asked: string, account: string): boolean {
  return asked === owner || (owner === 'self' && asked === account);
}

function describeImage(image: ImageRecord, account: string): sdk.Image {
  return {
    ImageId: image.id,
    Name: image.name,
    Description: image.description,
    Architecture: image.architecture as sdk.ArchitectureValues,
    CreationDate: image.createdAt,
    State: 'available',
    Public: image.owner === 'amazon',
    OwnerId: account,
    ImageOwnerAlias: image.owner === 'amazon' ? 'amazon' : undefined,
    ImageLocation: `${account}/${image.name}`,
    ImageType: 'machine',
    PlatformDetails: 'Linux/UNIX',
    RootDeviceName: image.rootDeviceName,
    RootDeviceType: 'ebs',
    VirtualizationType: 'hvm',
    Hypervisor: 'xen',
    EnaSupport: true,
    // AWS's launch templates and recipes look for the root volume here; layers have no snapshots.
    BlockDeviceMappings: [],
    Tags: tagList(image.tags),
  };
}
