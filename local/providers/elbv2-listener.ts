import type { Provider } from '../engine/provider';
import { AwsError } from '../kernel/failure';
import type { ElasticLoadBalancing } from '../runtime/elasticloadbalancing/elastic-load-balancing';
import type { ListenerAction } from '../runtime/elasticloadbalancing/records';

interface Properties {
  LoadBalancerArn: string;
  Port: string | number;
  Protocol?: string;
  SslPolicy?: string;
  Certificates?: { CertificateArn?: string }[];
  DefaultActions: DeclaredAction[];
}

interface DeclaredAction {
  Type: string;
  Order?: number;
  TargetGroupArn?: string;
  ForwardConfig?: {
    TargetGroups?: { TargetGroupArn: string; Weight?: number }[];
    TargetGroupStickinessConfig?: { Enabled?: boolean | string };
  };
  FixedResponseConfig?: { StatusCode: string; ContentType?: string; MessageBody?: string };
  RedirectConfig?: {
    StatusCode: string;
    Protocol?: string;
    Host?: string;
    Port?: string;
    Path?: string;
    Query?: string;
  };
}

/** Listeners that forward, answer by themselves, or redirect. */
export function elbv2Listener(balancing: ElasticLoadBalancing): Provider<Properties> {
  const provided = (arn: string) => ({ physicalId: arn, attributes: { ListenerArn: arn } });
  return {
    type: 'AWS::ElasticLoadBalancingV2::Listener',
    fidelity: 'real',
    properties: {
      LoadBalancerArn: 'real',
      Port: 'real',
      Protocol: 'real',
      Certificates: 'real',
      SslPolicy: 'real',
      DefaultActions: 'real',
    },
    required: ['DefaultActions', 'LoadBalancerArn'],
    createOnly: ['LoadBalancerArn'],
    attributes: ['ListenerArn'],
    note: 'HTTP and HTTPS, with a certificate of the local authority, for the local address, in place of the given one; an SSL policy determines the versions of TLS. The first HTTP listener and the first HTTPS listener of a load balancer share the port of its DNSName; others get separate ports.',
    refuse: ({ Certificates = [], DefaultActions = [] }) => [
      ...(Certificates.length > 1 ? ['Certificates: more than one'] : []),
      ...DefaultActions.flatMap(refusedAction),
    ],

    async create(ctx, properties) {
      const listener = await balancing.createListener({
        loadBalancerArn: properties.LoadBalancerArn,
        ...settingsOf(properties),
      });
      ctx.created(listener.arn);
      return provided(listener.arn);
    },

    async update(_ctx, current, next) {
      await balancing.modifyListener(current.physicalId, settingsOf(next));
      return provided(current.physicalId);
    },

    async delete(_ctx, current) {
      await balancing.deleteListener(current.physicalId);
    },
  };
}

function refusedAction(action: DeclaredAction, index: number): string[] {
  const place = `DefaultActions.${index}`;
  if (!['forward', 'fixed-response', 'redirect'].includes(action.Type)) return [`${place}.Type: ${action.Type}`];
  if ((action.ForwardConfig?.TargetGroups?.length ?? 0) > 1)
    return [`${place}.ForwardConfig.TargetGroups: more than one`];
  if (String(action.ForwardConfig?.TargetGroupStickinessConfig?.Enabled ?? 'false') === 'true') {
    return [`${place}.ForwardConfig.TargetGroupStickinessConfig`];
  }
  return [];
}

function settingsOf(properties: Properties) {
  const { Certificates = [], Port, Protocol: protocol, SslPolicy: sslPolicy } = properties;
  return {
    port: Number(Port),
    protocol,
    sslPolicy,
    certificates: Certificates.flatMap(({ CertificateArn: arn }) => arn ?? []),
    actions: actionsOf(properties),
  };
}

function actionsOf({ DefaultActions }: Properties): ListenerAction[] {
  return [...DefaultActions].sort((a, b) => (a.Order ?? 0) - (b.Order ?? 0)).map(toAction);
}

/** AWS's defaults for a redirect keep each part of the address. */
function toAction(declared: DeclaredAction): ListenerAction {
  const { FixedResponseConfig: fixed, RedirectConfig: redirect } = declared;
  if (declared.Type === 'fixed-response' && fixed) {
    const { ContentType: contentType, MessageBody: messageBody } = fixed;
    return { type: 'fixed-response', statusCode: Number(fixed.StatusCode), contentType, messageBody };
  }
  if (declared.Type === 'redirect' && redirect) {
    return {
      type: 'redirect',
      statusCode: redirect.StatusCode === 'HTTP_301' ? 301 : 302,
      protocol: redirect.Protocol ?? '#{protocol}',
      host: redirect.Host ?? '#{host}',
      port: redirect.Port ?? '#{port}',
      path: redirect.Path ?? '/#{path}',
      query: redirect.Query ?? '#{query}',
    };
  }
  const targetGroupArn = declared.TargetGroupArn ?? declared.ForwardConfig?.TargetGroups?.[0]?.TargetGroupArn;
  if (declared.Type === 'forward' && targetGroupArn) return { type: 'forward', targetGroupArn };
  throw new AwsError('ValidationError', `Action of type '${declared.Type}' lacks its configuration`);
}
