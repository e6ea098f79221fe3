import type * as sdk from '@aws-sdk/client-ec2';
import type { Ec2 } from '../../runtime/ec2/ec2';
import type { Handlers } from '../handlers';
import { ec2AccountOperations } from './ec2-account';
import { ec2ImageOperations } from './ec2-images';
import { ec2InstanceOperations } from './ec2-instances';
import { ec2LaunchTemplateOperations } from './ec2-launch-templates';
import { ec2TagOperations } from './ec2-tags';

/** EC2's operations on types, images, launch templates, instances and their tags; those on networks are `networkOperations`. */
export function ec2Operations(ec2: Ec2): Handlers<typeof sdk> {
  return {
    ...ec2AccountOperations(),
    ...ec2ImageOperations(ec2),
    ...ec2LaunchTemplateOperations(ec2),
    ...ec2InstanceOperations(ec2),
    ...ec2TagOperations(ec2),
  };
}
