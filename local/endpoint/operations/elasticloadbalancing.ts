import type * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../kernel/failure';
import { dnsName, type ElasticLoadBalancing } from '../../runtime/elasticloadbalancing/elastic-load-balancing';
import type { Listener, ListenerAction, LoadBalancer, TargetGroup } from '../../runtime/elasticloadbalancing/records';
import type { Handlers } from '../handlers';

/** Elastic Load Balancing's operations (version 2). */
export function elasticloadbalancingOperations(balancing: ElasticLoadBalancing): Handlers<typeof sdk> {
  return { ...balancers(balancing), ...targets(balancing) };
}

function balancers(balancing: ElasticLoadBalancing): Handlers<typeof sdk> {
  return {
    DescribeLoadBalancers({ LoadBalancerArns: arns = [], Names: names = [] }) {
      const all = balancing.loadBalancers();
      for (const arn of arns) balancing.require(arn);
      const missing = names.find((name) => !all.some((balancer) => balancer.name === name));
      if (missing) throw new AwsError('LoadBalancerNotFound', `Load balancers '[${missing}]' not found`);
      const wanted = all.filter(({ arn, name }) => noneOrIn(arns, arn) && noneOrIn(names, name));
      return { LoadBalancers: wanted.map(describeLoadBalancer) };
    },

    DescribeLoadBalancerAttributes({ LoadBalancerArn: arn = '' }) {
      return { Attributes: keyValues(balancing.require(arn).attributes) };
    },

    DescribeListeners({ LoadBalancerArn: arn, ListenerArns: arns = [] }) {
      if (arn !== undefined) balancing.require(arn);
      for (const listener of arns) balancing.requireListener(listener);
      const wanted = balancing.listeners(arn).filter((listener) => noneOrIn(arns, listener.arn));
      return { Listeners: wanted.map(describeListener) };
    },

    DescribeListenerCertificates({ ListenerArn: arn = '' }) {
      const { security } = balancing.requireListener(arn);
      return { Certificates: security ? [{ CertificateArn: security.certificateArn, IsDefault: true }] : [] };
    },

    DescribeRules({ ListenerArn: arn = '' }) {
      const { actions } = balancing.requireListener(arn);
      const RuleArn = `${arn.replace(':listener/', ':listener-rule/')}/default`;
      return {
        Rules: [
          { RuleArn, Priority: 'default', Conditions: [], Actions: actions.map(describeAction), IsDefault: true },
        ],
      };
    },

    DescribeTags({ ResourceArns: arns = [] }) {
      const tagsOf = (arn: string) => {
        if (arn.includes(':targetgroup/')) return balancing.targetGroups.require(arn).tags;
        if (!arn.includes(':listener/')) return balancing.require(arn).tags;
        balancing.requireListener(arn);
        return {};
      };
      return { TagDescriptions: arns.map((arn) => ({ ResourceArn: arn, Tags: keyValues(tagsOf(arn)) })) };
    },
  };
}

function targets(balancing: ElasticLoadBalancing): Handlers<typeof sdk> {
  const { targetGroups } = balancing;
  const groupOf = (arn = '') => targetGroups.require(arn);
  return {
    DescribeTargetGroups({ LoadBalancerArn: user, TargetGroupArns: arns = [], Names: names = [] }) {
      for (const arn of arns) groupOf(arn);
      const all = targetGroups.list();
      const missing = names.find((name) => !all.some((group) => group.name === name));
      if (missing) throw new AwsError('TargetGroupNotFound', `One or more target groups not found`);
      const wanted = all
        .filter(({ arn, name }) => noneOrIn(arns, arn) && noneOrIn(names, name))
        .filter(({ arn }) => user === undefined || balancing.usersOf(arn).includes(user));
      return { TargetGroups: wanted.map((group) => describeTargetGroup(group, balancing.usersOf(group.arn))) };
    },

    DescribeTargetGroupAttributes({ TargetGroupArn: arn }) {
      return { Attributes: keyValues(groupOf(arn).attributes) };
    },

    DescribeTargetHealth({ TargetGroupArn: arn = '', Targets: targets }) {
      return { TargetHealthDescriptions: describeHealth(balancing, groupOf(arn), targets) };
    },

    RegisterTargets({ TargetGroupArn: arn, Targets: targets = [] }) {
      const group = groupOf(arn);
      for (const { Id, Port } of targets) targetGroups.register(group.arn, Id ?? '', Port);
      return {};
    },

    DeregisterTargets({ TargetGroupArn: arn, Targets: targets = [] }) {
      const group = groupOf(arn);
      // Draining continues after the answer, as on AWS; the target's health shows it.
      for (const { Id, Port } of targets) void targetGroups.deregister(group.arn, Id ?? '', Port);
      return {};
    },
  };
}

function noneOrIn(wanted: readonly string[], value: string): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

function keyValues(record: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(record).map(([Key, Value]) => ({ Key, Value }));
}

function describeLoadBalancer(balancer: LoadBalancer): sdk.LoadBalancer {
  return {
    LoadBalancerArn: balancer.arn,
    DNSName: dnsName(balancer),
    CreatedTime: new Date(balancer.createdAt),
    LoadBalancerName: balancer.name,
    Scheme: balancer.scheme,
    VpcId: balancer.vpcId,
    State: { Code: 'active' },
    Type: 'application',
    AvailabilityZones: balancer.subnets.map((SubnetId) => ({ SubnetId })),
    SecurityGroups: [...balancer.securityGroups],
    IpAddressType: 'ipv4',
  };
}

function describeListener({ security, ...listener }: Listener): sdk.Listener {
  return {
    ListenerArn: listener.arn,
    LoadBalancerArn: listener.loadBalancerArn,
    Port: listener.port,
    Protocol: listener.protocol,
    ...(security && { Certificates: [{ CertificateArn: security.certificateArn }], SslPolicy: security.policy }),
    DefaultActions: listener.actions.map(describeAction),
  };
}

function describeAction(action: ListenerAction): sdk.Action {
  switch (action.type) {
    case 'forward':
      return { Type: 'forward', TargetGroupArn: action.targetGroupArn };
    case 'fixed-response': {
      const { contentType: ContentType, messageBody: MessageBody, statusCode } = action;
      return {
        Type: 'fixed-response',
        FixedResponseConfig: { StatusCode: String(statusCode), ContentType, MessageBody },
      };
    }
    case 'redirect': {
      const { host: Host, path: Path, port: Port, protocol: Protocol, query: Query, statusCode } = action;
      return {
        Type: 'redirect',
        RedirectConfig: { StatusCode: `HTTP_${statusCode}`, Host, Path, Port, Protocol, Query },
      };
    }
  }
}

function describeTargetGroup({ healthCheck: check, ...group }: TargetGroup, users: string[]): sdk.TargetGroup {
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: 'HTTP',
    ProtocolVersion: 'HTTP1',
    Port: group.port,
    VpcId: group.vpcId,
    TargetType: 'instance',
    IpAddressType: 'ipv4',
    LoadBalancerArns: users,
    HealthCheckEnabled: true,
    HealthCheckProtocol: 'HTTP',
    HealthCheckPath: check.path,
    HealthCheckPort: String(check.port),
    HealthCheckIntervalSeconds: check.intervalSeconds,
    HealthCheckTimeoutSeconds: check.timeoutSeconds,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    Matcher: { HttpCode: check.matcher },
  };
}

/** Describes all targets, or the given ones; one that is not registered is `unused`, as on AWS. */
function describeHealth(
  balancing: ElasticLoadBalancing,
  group: TargetGroup,
  asked?: readonly sdk.TargetDescription[],
): sdk.TargetHealthDescription[] {
  const check = group.healthCheck.port;
  const all = balancing.targetGroups.describe(group.arn).map(({ health, instanceId, port }) => ({
    Target: { Id: instanceId, Port: port },
    HealthCheckPort: String(check === 'traffic-port' ? port : check),
    TargetHealth: { State: health.state, Reason: health.reason, Description: health.description },
  })) as sdk.TargetHealthDescription[];
  if (!asked) return all;
  return asked.map(({ Id, Port }) => {
    const found = all.find(({ Target }) => Target?.Id === Id && (Port === undefined || Target?.Port === Port));
    const Description = 'Target is not registered to the target group';
    return (
      found ?? {
        Target: { Id, Port: Port ?? group.port },
        TargetHealth: { State: 'unused', Reason: 'Target.NotRegistered', Description },
      }
    );
  });
}
