export type Tags = Readonly<Record<string, string>>;
export type Attributes = Readonly<Record<string, string>>;

export interface LoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly scheme: 'internet-facing' | 'internal';
  readonly ipAddressType: string;
  readonly vpcId?: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly attributes: Attributes;
  readonly tags: Tags;
  /** ISO 8601. */
  readonly createdAt: string;
  /**
   * The port on 127.0.0.1 that the first HTTP listener and the first HTTPS listener share; part of the DNS name, because
   * every load balancer of this machine has the same address.
   */
  readonly port: number;
}

export interface Listener {
  readonly arn: string;
  readonly loadBalancerArn: string;
  /** The declared port: 80. */
  readonly port: number;
  /** Port on 127.0.0.1. */
  readonly localPort: number;
  readonly protocol: Protocol;
  /** Certificate and policy of an HTTPS listener. */
  readonly security?: Security;
  readonly actions: readonly ListenerAction[];
}

export type Protocol = 'HTTP' | 'HTTPS';

export interface Security {
  /** `ELBSecurityPolicy-…`. */
  readonly policy: string;
  readonly certificateArn: string;
}

/** Action of a listener. */
export type ListenerAction =
  | { readonly type: 'forward'; readonly targetGroupArn: string }
  | {
      readonly type: 'fixed-response';
      readonly statusCode: number;
      readonly contentType?: string;
      readonly messageBody?: string;
    }
  | {
      readonly type: 'redirect';
      readonly statusCode: 301 | 302;
      /** Each may hold `#{protocol}`, `#{host}`, `#{port}`, `#{path}`, `#{query}`. */
      readonly protocol: string;
      readonly host: string;
      readonly port: string;
      readonly path: string;
      readonly query: string;
    };

export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly port: number;
  readonly vpcId?: string;
  readonly healthCheck: HealthCheck;
  readonly attributes: Attributes;
  readonly tags: Tags;
}

export interface HealthCheck {
  readonly path: string;
  /** A number, or the port on which the target takes its requests. */
  readonly port: number | 'traffic-port';
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** `200`, `200-299`, `200,202`. */
  readonly matcher: string;
}

export interface Target {
  readonly targetGroupArn: string;
  readonly instanceId: string;
  readonly port: number;
}

/** A target's health in the form of DescribeTargetHealth. */
export interface TargetHealth {
  readonly state: 'initial' | 'healthy' | 'unhealthy' | 'draining' | 'unused';
  readonly reason?: string;
  readonly description?: string;
}

/** AWS's defaults for targets of type `instance` behind an Application Load Balancer. */
export const DEFAULT_HEALTH_CHECK: HealthCheck = {
  path: '/',
  port: 'traffic-port',
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  matcher: '200',
};

export const DEFAULT_TARGET_GROUP_ATTRIBUTES: Attributes = {
  'deregistration_delay.timeout_seconds': '300',
  'stickiness.enabled': 'false',
  'stickiness.type': 'lb_cookie',
  'slow_start.duration_seconds': '0',
  'load_balancing.algorithm.type': 'round_robin',
};

export const DEFAULT_LOAD_BALANCER_ATTRIBUTES: Attributes = {
  'deletion_protection.enabled': 'false',
  'idle_timeout.timeout_seconds': '60',
  'client_keep_alive.seconds': '3600',
  'routing.http2.enabled': 'true',
  'routing.http.drop_invalid_header_fields.enabled': 'false',
  'routing.http.desync_mitigation_mode': 'defensive',
  'access_logs.s3.enabled': 'false',
};
