import type { EnvironmentSettings, ExistingNetwork } from '../../settings/types';
import { type Finding, ok, problem, warning } from '../finding';
import { type Check, resourcesOf, type Subject } from '../subject';

/** Things that environments name, which must be there, and the present state of their alarms. */
export const environments: Check = {
  name: 'environments',
  otherwise: 'https://console.aws.amazon.com/vpcconsole/home',
  async run(subject) {
    const findings: Finding[] = [];
    for (const environment of subject.environments) {
      findings.push(...(await certificate(subject, environment)));
      if ('vpcId' in environment.network)
        findings.push(...(await network(subject, environment.name, environment.network)));
    }
    return [...findings, ...(await alarms(subject))];
  },
};

async function certificate({ look }: Subject, { name, certificate: arn }: EnvironmentSettings): Promise<Finding[]> {
  if (arn === undefined) return [];
  const found = await look.certificate(arn);
  const remedy = `set the certificate of ${name} in the settings: aws acm list-certificates`;
  if (!found) return [problem(`${name}: there is no certificate ${arn}`, remedy)];
  if (found.status !== 'ISSUED') return [problem(`${name}: its certificate is ${found.status}, not ISSUED`, remedy)];
  return [ok(`${name}: its certificate is issued`)];
}

async function network({ look }: Subject, name: string, network: ExistingNetwork): Promise<Finding[]> {
  const ids = [...network.loadBalancerSubnetIds, ...network.instanceSubnetIds];
  const found = new Map((await look.subnets(ids)).map((subnet) => [subnet.id, subnet]));
  const findings = ids.flatMap((id): Finding[] => {
    const subnet = found.get(id);
    const remedy = `correct the network of ${name} in the settings: aws ec2 describe-subnets`;
    if (!subnet) return [problem(`${name}: there is no subnet ${id}`, remedy)];
    return subnet.vpcId === network.vpcId
      ? []
      : [problem(`${name}: ${id} is in ${subnet.vpcId}, not in ${network.vpcId}`, remedy)];
  });
  if (findings.length > 0) return findings;
  const zones = new Set(network.loadBalancerSubnetIds.map((id) => found.get(id)?.zone));
  if (zones.size < 2) {
    findings.push(problem(`${name}: the subnets of its load balancer are in one zone`, 'name subnets of two zones'));
  }
  for (const id of network.loadBalancerSubnetIds) {
    if (found.get(id)?.wayOut?.startsWith('igw-')) continue;
    findings.push(
      problem(`${name}: ${id} has no route to an internet gateway`, 'name public subnets for the load balancer'),
    );
  }
  for (const id of network.instanceSubnetIds) {
    if (found.get(id)?.wayOut) continue;
    const remedy = 'give it a NAT gateway, or endpoints of the services that servers and bakes call';
    findings.push(warning(`${name}: ${id} has no way out of its VPC`, remedy));
  }
  return findings.length > 0 ? findings : [ok(`${name}: its network is there`)];
}

/** One that rings undoes the next roll as soon as it begins. */
async function alarms({ look, stacks }: Subject): Promise<Finding[]> {
  const names = resourcesOf(stacks, 'AWS::CloudWatch::Alarm').map(({ AlarmName }) => String(AlarmName));
  if (names.length === 0) return [];
  const ringing = await look.ringing(names);
  if (ringing.length === 0) return [ok(`no alarm rings (${names.length} are declared)`)];
  return ringing.map((name) =>
    problem(
      `the alarm ${name} rings, and would undo a deployment`,
      `aws cloudwatch describe-alarms --alarm-names ${name}`,
    ),
  );
}
