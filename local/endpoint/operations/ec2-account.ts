import type * as sdk from '@aws-sdk/client-ec2';
import { AwsError } from '../../kernel/failure';
import { instanceType } from '../../runtime/ec2/instance-types';
import type { Handlers } from '../handlers';

/**
 * EC2's offers in a region, and settings of the account. Instance types must be given by name: there is no list of all
 * here.
 */
export function ec2AccountOperations(): Handlers<typeof sdk> {
  return {
    DescribeInstanceTypeOfferings({ LocationType = 'region', Filters = [] }, { scope }) {
      const names = Filters.find(({ Name }) => Name === 'instance-type')?.Values ?? [];
      const zones = ['a', 'b', 'c'].map((zone) => `${scope.region}${zone}`);
      const places = LocationType === 'availability-zone' ? zones : [scope.region];
      return {
        InstanceTypeOfferings: names
          .filter((name) => instanceType(name))
          .flatMap((name) =>
            places.map((Location) => ({ InstanceType: name as sdk._InstanceType, LocationType, Location })),
          ),
      };
    },

    DescribeInstanceTypes({ InstanceTypes: names = [] }) {
      return {
        InstanceTypes: names.map((name) => {
          const type = instanceType(name);
          if (!type) {
            throw new AwsError('InvalidInstanceType', `The following supplied instance types do not exist: [${name}]`);
          }
          return {
            InstanceType: name,
            VCpuInfo: { DefaultVCpus: type.vcpus },
            ProcessorInfo: { SupportedArchitectures: [type.architecture] },
          };
        }),
      };
    },

    GetEbsEncryptionByDefault: () => ({ EbsEncryptionByDefault: false }),
  };
}
