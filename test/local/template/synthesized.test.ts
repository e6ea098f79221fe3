import { CfnOutput, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { AutoScalingGroup, Signals, UpdatePolicy } from 'aws-cdk-lib/aws-autoscaling';
import { InstanceType, LaunchTemplate, OperatingSystemType, SecurityGroup, UserData, Vpc } from 'aws-cdk-lib/aws-ec2';
import { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { requiredCapability } from '../../../local/template/capabilities';
import { dependencyOrder } from '../../../local/template/graph';
import { resolveOutputs } from '../../../local/template/outputs';
import { type DeployedResource, planChanges } from '../../../local/template/plan';
import { resolveValue } from '../../../local/template/resolve';
import type { Json } from '../../../local/template/template';
import { scratchApp } from '../../rig/scratch-app';
import { type Stack as Around, stackOf } from './stack';

/**
 * Returns a template of CDK for a network, a load balancer and a rolling fleet: hundreds of functions of every kind.
 */
function synthesized(): string {
  const app = scratchApp();
  const stack = new Stack(app, 'fleet');
  const image = new CfnParameter(stack, 'ImageId', { type: 'AWS::EC2::Image::Id' });
  const vpc = new Vpc(stack, 'Vpc', { natGateways: 0 });
  const role = new Role(stack, 'Role', {
    assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
    managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMManagedInstanceCore')],
  });
  const launchTemplate = new LaunchTemplate(stack, 'LaunchTemplate', {
    instanceType: new InstanceType('t3.micro'),
    machineImage: {
      getImage: () => ({
        imageId: image.valueAsString,
        osType: OperatingSystemType.LINUX,
        userData: UserData.forLinux(),
      }),
    },
    securityGroup: new SecurityGroup(stack, 'Servers', { vpc }),
    role,
  });
  const fleet = new AutoScalingGroup(stack, 'Fleet', {
    vpc,
    vpcSubnets: { subnets: vpc.publicSubnets },
    launchTemplate,
    maxCapacity: 4,
    signals: Signals.waitForCount(2, { timeout: Duration.minutes(5) }),
    updatePolicy: UpdatePolicy.rollingUpdate({ maxBatchSize: 1 }),
  });
  const balancer = new ApplicationLoadBalancer(stack, 'Balancer', { vpc, internetFacing: true });
  balancer.addListener('Http', { port: 80, open: false }).addTargets('Fleet', { port: 8080, targets: [fleet] });
  new CfnOutput(stack, 'Address', { value: `http://${balancer.loadBalancerDnsName}`, exportName: 'fleet-address' });
  return JSON.stringify(app.synth().getStackByName('fleet').template);
}

const text = synthesized();
const ssm = { '/cdk-bootstrap/hnb659fds/version': '21' };

function around(imageId: string): Around {
  return stackOf(text, { parameters: { ImageId: imageId }, ssm });
}

function deployed({ template, environment }: Around): DeployedResource[] {
  return Object.values(template.resources).map((definition) => ({
    definition,
    physicalId: `${definition.logicalId}-1`,
    properties: resolveValue({ ...definition.properties }, environment) as Record<string, Json>,
    attributes: new Proxy({}, { get: (_, name) => `${definition.logicalId}-1:${String(name)}` }),
  }));
}

function planned(before: DeployedResource[], { template, environment }: Around, previous = environment) {
  return planChanges({
    template,
    environment,
    conditions: environment.conditions,
    previous: before,
    previousParameters: previous.parameters,
    facts: () => undefined,
  });
}

describe('a template that CDK synthesized', () => {
  const first = around('ami-1');

  test('is read, ordered and completely resolved', () => {
    const { template, environment } = first;
    const { order } = dependencyOrder(template, environment.conditions);
    expect([...order].sort()).toEqual(Object.keys(template.resources).sort());
    const properties = order.map((logicalId) =>
      resolveValue({ ...template.resources[logicalId]?.properties }, environment),
    );
    expect(JSON.stringify(properties)).not.toMatch(/"(Ref|Fn::\w+)":/);
    expect(resolveOutputs(template, environment)).toEqual([
      { key: 'Address', value: expect.stringMatching(/^http:\/\/Balancer\w+-1:DNSName$/), exportName: 'fleet-address' },
    ]);
    expect(requiredCapability(template)?.capability).toBe('CAPABILITY_IAM');
  });

  test('is refused under a bootstrap version that its rule forbids (E27)', () => {
    const old = { '/cdk-bootstrap/hnb659fds/version': '5' };
    expect(() => stackOf(text, { parameters: { ImageId: 'ami-1' }, ssm: old })).toThrow(
      "CDK bootstrap stack version 6 required. Please run 'cdk bootstrap' with a recent version of the CDK CLI.",
    );
  });

  test('is at first a change set of additions, and without changes an empty one (E20)', () => {
    const changes = planned([], first);
    expect(new Set(changes.map(({ action }) => action))).toEqual(new Set(['Add']));
    expect(changes).toHaveLength(Object.keys(first.template.resources).length);
    expect(planned(deployed(first), first)).toEqual([]);
  });

  test('replaces the fleet’s servers, and nothing else, for another image (E34)', () => {
    const changes = planned(deployed(first), around('ami-2'), first.environment);
    expect(changes.map(({ action, type, replacement }) => [action, type, replacement])).toEqual([
      ['Modify', 'AWS::EC2::LaunchTemplate', 'False'],
      ['Modify', 'AWS::AutoScaling::AutoScalingGroup', 'False'],
    ]);
    expect(changes[1]?.details).toEqual([
      {
        target: { attribute: 'Properties', name: 'LaunchTemplate', requiresRecreation: 'Never' },
        evaluation: 'Dynamic',
        changeSource: 'ResourceAttribute',
        causingEntity: expect.stringMatching(/^LaunchTemplate\w+\.LatestVersionNumber$/),
      },
    ]);
  });
});
