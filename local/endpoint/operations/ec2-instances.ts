import type * as sdk from '@aws-sdk/client-ec2';
import type { Scope } from '../../kernel/arn';
import { NotSupportedLocally } from '../../kernel/failure';
import type { Ec2 } from '../../runtime/ec2/ec2';
import {
  type InstanceRecord,
  type InstanceState,
  type LaunchTemplateData,
  STATE_CODES,
} from '../../runtime/ec2/records';
import { tagsFor } from '../../runtime/ec2/tags';
import type { Handlers } from '../handlers';
import { pageOf } from '../page';
import { type Filtering, filtered, tagList } from './ec2-filters';

export function ec2InstanceOperations(ec2: Ec2): Handlers<typeof sdk> {
  const { instances } = ec2;
  const select = (ids: string[] | undefined, filters: sdk.Filter[] | undefined) =>
    filtered(ids?.length ? ids.map((id) => instances.get(id)) : instances.list(), filters, FILTERS);
  return {
    DescribeInstances({ InstanceIds: ids, Filters: filters, MaxResults: size, NextToken: token }, { scope }) {
      const { items, next } = pageOf(select(ids, filters), { token, size });
      return { Reservations: items.map((instance) => reservation([instance], scope)), NextToken: next };
    },

    DescribeInstanceStatus({ InstanceIds: ids, Filters: filters, IncludeAllInstances: all }) {
      const wanted = select(ids, filters).filter(({ state }) => all || state === 'running');
      return { InstanceStatuses: wanted.map(describeStatus) };
    },

    RunInstances(input, { scope }) {
      const count = input.MinCount ?? 1;
      if (count !== (input.MaxCount ?? 1))
        throw new NotSupportedLocally('RunInstances with different MinCount and MaxCount');
      const request = launchRequest(input);
      const launched = Array.from({ length: count }, () => instances.launch(request).instance);
      return reservation(launched, scope);
    },

    TerminateInstances({ InstanceIds: ids = [] }) {
      const before = ids.map((id) => instances.get(id));
      // AWS answers when they begin to shut down.
      for (const { id } of before) instances.terminate(id).catch(() => undefined);
      return { TerminatingInstances: before.map((instance) => change(instance, instances.get(instance.id).state)) };
    },

    async RebootInstances({ InstanceIds: ids = [] }) {
      await Promise.all(ids.map((id) => instances.reboot(id)));
      return {};
    },

    GetConsoleOutput({ InstanceId: id = '' }) {
      const output = instances.consoleOutput(id);
      return { InstanceId: id, Output: Buffer.from(output).toString('base64') };
    },

    StopInstances: () => {
      throw new NotSupportedLocally('Stopping an instance', 'servers are never changed, only replaced: terminate it');
    },
    StartInstances: () => {
      throw new NotSupportedLocally(
        'Starting an instance again',
        'servers are never changed, only replaced: run another',
      );
    },
  };
}

function launchRequest(input: sdk.RunInstancesCommandInput) {
  const {
    LaunchTemplate: template,
    MinCount,
    MaxCount,
    SubnetId,
    ClientToken,
    DryRun: _,
    TagSpecifications,
    ...data
  } = input;
  const subnetId = SubnetId ?? data.NetworkInterfaces?.[0]?.SubnetId;
  if (!subnetId) throw new NotSupportedLocally('RunInstances without SubnetId', 'there is no default VPC here');
  return {
    launchTemplate: template && {
      id: template.LaunchTemplateId,
      name: template.LaunchTemplateName,
      version: template.Version,
    },
    data: JSON.parse(JSON.stringify(data)) as LaunchTemplateData,
    subnetId,
    tags: tagsFor('instance', TagSpecifications),
  };
}

const FILTERS: Filtering<InstanceRecord> = {
  tags: ({ tags }) => tags,
  fields: {
    'instance-id': ({ id }) => id,
    'image-id': ({ imageId }) => imageId,
    'instance-state-name': ({ state }) => state,
    'instance-state-code': ({ state }) => String(STATE_CODES[state]),
    'instance-type': ({ instanceType }) => instanceType,
    'availability-zone': ({ availabilityZone }) => availabilityZone,
    'private-ip-address': ({ privateIp }) => privateIp,
    'subnet-id': ({ subnetId }) => subnetId,
    'vpc-id': ({ vpcId }) => vpcId,
    'reservation-id': ({ reservationId }) => reservationId,
    'launch-template.id': ({ launchTemplate }) => launchTemplate?.id,
    'iam-instance-profile.arn': ({ profile }) => profile?.arn,
  },
};

function reservation(instances: readonly InstanceRecord[], scope: Scope): sdk.Reservation {
  return {
    ReservationId: instances[0]?.reservationId,
    OwnerId: scope.account,
    Instances: instances.map(describeInstance),
  };
}

function describeInstance(instance: InstanceRecord): sdk.Instance {
  const { data, profile, stateReason } = instance;
  const alive = instance.endedAt === undefined;
  return {
    InstanceId: instance.id,
    ImageId: instance.imageId,
    InstanceType: instance.instanceType as sdk._InstanceType,
    Architecture: instance.architecture as sdk.ArchitectureValues,
    State: state(instance.state),
    StateReason: stateReason && { Code: stateReason.code, Message: stateReason.message },
    StateTransitionReason: stateReason?.message ?? '',
    LaunchTime: new Date(Date.parse(instance.launchedAt)),
    Placement: { AvailabilityZone: instance.availabilityZone, Tenancy: 'default' },
    PrivateIpAddress: alive ? instance.privateIp : undefined,
    PrivateDnsName: alive ? `ip-${instance.privateIp.replaceAll('.', '-')}.ec2.internal` : '',
    SubnetId: alive ? instance.subnetId : undefined,
    VpcId: alive ? instance.vpcId : undefined,
    KeyName: data.KeyName,
    SecurityGroups: alive ? (data.SecurityGroupIds ?? []).map((GroupId) => ({ GroupId })) : [],
    IamInstanceProfile: profile && { Arn: profile.arn, Id: profile.id },
    MetadataOptions: {
      State: 'applied',
      HttpTokens: (data.MetadataOptions?.HttpTokens ?? 'optional') as sdk.HttpTokensState,
      HttpEndpoint: (data.MetadataOptions?.HttpEndpoint ?? 'enabled') as sdk.InstanceMetadataEndpointState,
      InstanceMetadataTags: (data.MetadataOptions?.InstanceMetadataTags ?? 'disabled') as sdk.InstanceMetadataTagsState,
    },
    Tags: tagList(instance.tags),
  };
}

function describeStatus(instance: InstanceRecord): sdk.InstanceStatus {
  const status = instance.state === 'running' ? 'ok' : 'not-applicable';
  return {
    InstanceId: instance.id,
    AvailabilityZone: instance.availabilityZone,
    InstanceState: state(instance.state),
    InstanceStatus: { Status: status },
    SystemStatus: { Status: status },
  };
}

function state(name: InstanceState): sdk.InstanceState {
  return { Code: STATE_CODES[name], Name: name };
}

function change(before: InstanceRecord, now: InstanceState): sdk.InstanceStateChange {
  return { InstanceId: before.id, PreviousState: state(before.state), CurrentState: state(now) };
}
