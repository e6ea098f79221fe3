import type * as sdk from '@aws-sdk/client-ec2';
import { AwsError, NotSupportedLocally } from '../../kernel/failure';
import type { Ec2 } from '../../runtime/ec2/ec2';
import type { ImageRecord } from '../../runtime/ec2/records';
import type { Handlers } from '../handlers';
import { pageOf } from '../page';
import { type Filtering, filtered, tagList } from './ec2-filters';

export function ec2ImageOperations(ec2: Ec2): Handlers<typeof sdk> {
  return {
    DescribeImages({ ImageIds: ids, Owners: owners, Filters: filters, MaxResults: size, NextToken: token }) {
      const named = ids?.length ? ids.map((id) => ec2.images.get(id)) : ec2.images.list();
      const owned = named.filter((image) => !owners?.length || owners.some((owner) => isOwner(image, owner)));
      const { items, next } = pageOf(filtered(owned, filters, FILTERS), { token, size });
      return { Images: items.map(describeImage), NextToken: next };
    },

    ModifyImageAttribute(input) {
      ec2.images.share(input.ImageId ?? '', launchPermissionOf(input));
      return {};
    },

    DescribeImageAttribute({ ImageId: id = '', Attribute: attribute }) {
      if (attribute !== 'launchPermission') throw new NotSupportedLocally(`The image attribute ${attribute}`);
      const { owner, sharedWith } = ec2.images.get(id);
      if (owner !== 'self') throw new AwsError('AuthFailure', `Not authorized for image:${id}`);
      return { ImageId: id, LaunchPermissions: sharedWith.map((UserId) => ({ UserId })) };
    },

    async DeregisterImage({ ImageId: id = '' }) {
      ec2.images.deregister(id);
      await ec2.instances.removeUnusedLayers();
      return { Return: true };
    },
  };
}

/** Returns the launch permissions to add and to remove, from either of the two forms of the request. */
function launchPermissionOf(input: sdk.ModifyImageAttributeRequest): { add: string[]; remove: string[] } {
  const { LaunchPermission, OperationType, UserIds = [], Attribute, ImageId: _, DryRun: __, ...further } = input;
  const [other] = Object.entries(further).find(([, value]) => value !== undefined) ?? [];
  if (other) throw new NotSupportedLocally(`${other} of ModifyImageAttribute`);
  if (Attribute !== undefined && Attribute !== 'launchPermission') {
    throw new NotSupportedLocally(`The image attribute ${Attribute}`);
  }
  const named = (permissions: readonly sdk.LaunchPermission[] = []) =>
    permissions.map(({ UserId }) => {
      if (!UserId) throw new NotSupportedLocally('A launch permission for anything but an account');
      return UserId;
    });
  return {
    add: [...named(LaunchPermission?.Add), ...(OperationType === 'add' ? UserIds : [])],
    remove: [...named(LaunchPermission?.Remove), ...(OperationType === 'remove' ? UserIds : [])],
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

function isOwner({ owner, account: theirs }: ImageRecord, asked: string): boolean {
  return asked === owner || (owner !== 'amazon' && asked === theirs);
}

function describeImage(image: ImageRecord): sdk.Image {
  const { account } = image;
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
