import { metricMinute, SystemClock } from '../../../../local/kernel/clock';
import type { MetricId, Metrics } from '../../../../local/kernel/ports';
import { Measures } from '../../../../local/runtime/elasticloadbalancing/measures';
import { DrivenClock } from '../../../rig/driven-clock';
import { balancing } from './balancing';

const LoadBalancer = 'app/web/1';
const TargetGroup = 'targetgroup/servers/1';

function setUp() {
  const told: [string, string, Parameters<Metrics['put']>[1]][] = [];
  const put = ({ dimensions, name, namespace }: MetricId, sample: Parameters<Metrics['put']>[1]) => {
    expect(namespace).toBe('AWS/ApplicationELB');
    told.push([name, Object.keys(dimensions).sort().join(), sample]);
  };
  const of = (name: string, dimensions: string) =>
    told.filter(([one, other]) => one === name && other === dimensions).map(([, , { at, unit, ...rest }]) => rest);
  return { measures: new Measures(new DrivenClock(), { put }), of, told };
}

test('a minute of requests is reported once for the balancer and once for its group', () => {
  const { measures, of, told } = setUp();
  const answered = (status: number, seconds: number) =>
    measures.count(LoadBalancer, TargetGroup, { chosen: true, target: { status, seconds } });
  answered(200, 0.1);
  answered(204, 0.1);
  answered(500, 0.25);
  measures.count(LoadBalancer, TargetGroup, { chosen: true, own: 502 });
  measures.count(LoadBalancer, TargetGroup, { chosen: false, own: 503 });
  measures.report([{ loadBalancer: LoadBalancer, targetGroup: TargetGroup, healthy: 2, unhealthy: 1 }]);
  for (const dimensions of ['LoadBalancer', 'LoadBalancer,TargetGroup']) {
    expect(of('RequestCount', dimensions)).toEqual([{ values: [1], counts: [4] }]);
    expect(of('HTTPCode_Target_2XX_Count', dimensions)).toEqual([{ values: [1], counts: [2] }]);
    expect(of('HTTPCode_Target_5XX_Count', dimensions)).toEqual([{ values: [1], counts: [1] }]);
    expect(of('HTTPCode_Target_4XX_Count', dimensions)).toEqual([]);
    expect(of('TargetResponseTime', dimensions)).toEqual([{ values: [0.1, 0.25], counts: [2, 1] }]);
  }
  expect(of('HTTPCode_ELB_5XX_Count', 'LoadBalancer')).toEqual([{ values: [1], counts: [2] }]);
  expect(of('HealthyHostCount', 'LoadBalancer,TargetGroup')).toEqual([{ values: [2], counts: [1] }]);
  expect(of('UnHealthyHostCount', 'LoadBalancer,TargetGroup')).toEqual([{ values: [1], counts: [1] }]);
  expect(of('RequestCountPerTarget', 'TargetGroup')).toEqual([{ values: [2], counts: [1] }]);
  // It is the minute that has passed.
  expect(told[0]?.[2].at).toEqual(new Date('2025-12-31T23:59:30Z'));
  const before = told.length;
  measures.report([]);
  expect(told).toHaveLength(before);
});

test('a load balancer reports its traffic as metrics each minute', async () => {
  const clock = new SystemClock(600);
  const at = await balancing({ clock });
  const target = await at.join('i-a');
  target.handler = (_request, response) => response.writeHead(503).end();
  expect((await at.get()).status).toBe(503);
  const told = (name: string) => at.measured.some((metric) => metric.name === name);
  const all = () => ['RequestCount', 'HTTPCode_Target_5XX_Count', 'HealthyHostCount', 'TargetResponseTime'].every(told);
  while (!all()) await new Promise((resolve) => setImmediate(resolve));
  expect(at.measured.find(({ name }) => name === 'RequestCount')?.dimensions).toEqual({
    LoadBalancer: expect.stringMatching(/^app\/web\/[0-9a-f]{16}$/),
  });
  expect(at.measured.find(({ name }) => name === 'HealthyHostCount')?.dimensions).toMatchObject({
    TargetGroup: expect.stringMatching(/^targetgroup\/servers\/[0-9a-f]{16}$/),
  });
  expect(told('HTTPCode_ELB_5XX_Count')).toBe(false);
  expect(metricMinute(clock)).toBe(100);
  await at.stop();
});
