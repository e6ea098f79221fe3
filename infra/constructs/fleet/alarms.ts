import { CfnAlarm, type CfnAlarmProps } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { type AlarmSubject, alarmName } from '../../names';
import type { AlarmSettings, EnvironmentSettings } from '../../settings/types';

export interface AlarmsProps {
  readonly name: string;
  readonly environment: EnvironmentSettings;
  /** Names of the dimensions of its metrics. */
  readonly balancer: { readonly fullName: string; readonly targetGroupFullName: string };
}

/**
 * Alarms of an environment on the metrics of its load balancer: those whose thresholds the settings name. They have no
 * actions; a deployment reads their state.
 *
 * A load balancer without requests, or without servers, reports nothing. That is no alarm.
 */
export class Alarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlarmsProps,
  ) {
    super(scope, id);
    const { errorPercent, unhealthyHosts, latencySeconds } = props.environment.alarms ?? {};
    if (errorPercent !== undefined) this.errors(errorPercent);
    if (unhealthyHosts !== undefined) this.unhealthyHosts(unhealthyHosts);
    if (latencySeconds !== undefined) this.latency(latencySeconds);
  }

  /** A single minute suffices, because the watched deployment serves all requests by then. */
  private errors(percent: number): void {
    const id = { target: 'HTTPCode_Target_5XX_Count', balancer: 'HTTPCode_ELB_5XX_Count', requests: 'RequestCount' };
    const sleeps = this.props.environment.hours !== undefined;
    const hosts = sleeps ? { healthy: 'HealthyHostCount', unhealthy: 'UnHealthyHostCount' } : {};
    this.alarm('errors', {
      alarmDescription: `More than ${percent} percent of the requests are answered 5xx.`,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: percent,
      evaluationPeriods: 1,
      metrics: [
        {
          id: 'percent',
          label: 'Requests answered 5xx (percent)',
          expression: sleeps ? AWAKE_FAILED_PERCENT : FAILED_PERCENT,
        },
        ...Object.entries(id).map(([id, metricName]) => ({
          id,
          returnData: false,
          metricStat: { metric: { namespace: NAMESPACE, metricName, dimensions: this.balancer }, ...EACH_MINUTE },
        })),
        ...Object.entries(hosts).map(([id, metricName]) => ({
          id,
          returnData: false,
          metricStat: {
            metric: { namespace: NAMESPACE, metricName, dimensions: this.targets },
            stat: 'Minimum',
            period: PERIOD_SECONDS,
          },
        })),
      ],
    });
  }

  /**
   * AWS advises the minimum over more than one minute, which leaves out servers that only some of the load balancer's
   * nodes find unhealthy (Elastic Load Balancing guide, "Statistics for Application Load Balancer metrics"). A server
   * that starts during a roll is unhealthy for a moment too.
   */
  private unhealthyHosts(servers: number): void {
    this.alarm('unhealthy-hosts', {
      alarmDescription: `The load balancer finds ${servers} or more servers unhealthy.`,
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      threshold: servers,
      evaluationPeriods: 2,
      namespace: NAMESPACE,
      metricName: 'UnHealthyHostCount',
      dimensions: this.targets,
      statistic: 'Minimum',
      period: PERIOD_SECONDS,
    });
  }

  /**
   * Uses the average, because percentiles need many requests: CloudWatch wants 200 in a minute for the 95th, and 1000
   * for the 99th (CloudWatch guide, "Percentile-based alarms and low data samples").
   */
  private latency(seconds: number): void {
    this.alarm('latency', {
      alarmDescription: `The servers take more than ${seconds} seconds to answer, on average.`,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: seconds,
      evaluationPeriods: 2,
      namespace: NAMESPACE,
      metricName: 'TargetResponseTime',
      dimensions: this.balancer,
      statistic: 'Average',
      period: PERIOD_SECONDS,
    });
  }

  private alarm(subject: AlarmSubject, props: Omit<CfnAlarmProps, 'alarmName' | 'treatMissingData'>): void {
    const { name, environment } = this.props;
    new CfnAlarm(this, subject, {
      alarmName: alarmName(name, environment.name, subject),
      treatMissingData: 'notBreaching',
      ...props,
    });
  }

  private get targets(): { name: string; value: string }[] {
    return [...this.balancer, { name: 'TargetGroup', value: this.props.balancer.targetGroupFullName }];
  }

  private get balancer(): { name: string; value: string }[] {
    return [{ name: 'LoadBalancer', value: this.props.balancer.fullName }];
  }
}

/** The names of the alarms that an environment has by its settings. */
export function alarmNames(name: string, { name: environment, alarms }: EnvironmentSettings): string[] {
  return SUBJECTS.filter(([setting]) => alarms?.[setting] !== undefined).map(([, subject]) =>
    alarmName(name, environment, subject),
  );
}

const SUBJECTS: readonly [keyof AlarmSettings, AlarmSubject][] = [
  ['errorPercent', 'errors'],
  ['unhealthyHosts', 'unhealthy-hosts'],
  ['latencySeconds', 'latency'],
];

const NAMESPACE = 'AWS/ApplicationELB';

/** The load balancer reports each minute. */
const PERIOD_SECONDS = 60;
const EACH_MINUTE = { stat: 'Sum', period: PERIOD_SECONDS };

/**
 * Requests without a server get a 503 and are not counted as requests: with more failures than requests, everything
 * fails. Missing data counts as 0. If the division by 0 is dropped, `IF` is 0 (CloudWatch guide, "Metric math syntax
 * and functions").
 */
const FAILED_PERCENT = 'IF((target + balancer) > requests, 100, 100 * (target + balancer) / requests)';

/**
 * As `FAILED_PERCENT`, while there are servers. A fleet that sleeps has none: the load balancer answers every request
 * with 503, as it should, and reports no hosts, since it does so only for registered targets (Elastic Load Balancing
 * guide, "CloudWatch metrics for your Application Load Balancer").
 */
const AWAKE_FAILED_PERCENT = `IF(FILL(healthy, 0) + FILL(unhealthy, 0) > 0, ${FAILED_PERCENT}, 0)`;
