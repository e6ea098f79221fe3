import { parseArgs } from 'node:util';
import { CloudFormationClient, SignalResourceCommand } from '@aws-sdk/client-cloudformation';
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { fromInstanceMetadata } from '@smithy/credential-provider-imds';
import { ask } from './ask';
import { endOfService, fleetOfMachine } from './ended';
import { announce, type Fleet } from './fleet';
import { enterService, type FleetGroup } from './group';
import { elsewhereText, listeningPorts } from './listening';
import { instanceMetadata } from './metadata';
import { ServiceFailed, type ServiceMachine, serviceReady } from './readiness';
import { lastLines, mainPid, unitState } from './unit';
import { retried } from './wait';

const USAGE = `usage: ready.js local [--timeout SECONDS] [--port PORT] [--unit UNIT]
       ready.js fleet --stack STACK --resource LOGICAL-ID --target-group ARN --hook NAME --region REGION [--stable SECONDS] [--port PORT] [--unit UNIT]
       ready.js ended
       ready.js group --hook NAME --region REGION [--stable SECONDS] [--port PORT] [--unit UNIT]

  local   exits 0 once this machine's own service is ready, 1 when it ends, restarts or is not ready in time
  fleet   waits until this instance's target is healthy and its service stays up, and signals its stack; signals FAILURE
          when the service ends or restarts; completes the hook where the group has it
  group   waits until this machine's own service stays up and completes the hook that its group launched it with: CONTINUE
          lets it serve, ABANDON when the service ends or restarts
  ended   counts in CloudWatch that the service ended by itself, for the fleet of /etc/app/fleet.env; app-ended.service
          runs it

  --stable SECONDS  how long the service must be healthy without a restart (default: 30)`;

const OPTIONS = {
  stack: { type: 'string' },
  resource: { type: 'string' },
  'target-group': { type: 'string' },
  hook: { type: 'string' },
  region: { type: 'string' },
  port: { type: 'string', default: '8080' },
  unit: { type: 'string', default: 'app.service' },
  timeout: { type: 'string', default: '60' },
  stable: { type: 'string', default: '30' },
  help: { type: 'boolean', default: false },
} as const;

type Options = ReturnType<typeof parse>['values'];

function parse() {
  return parseArgs({ options: OPTIONS, allowPositionals: true });
}

async function main(): Promise<number> {
  const { values, positionals } = parse();
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const [mode] = positionals;
  if (mode === 'local') return local(values);
  if (mode === 'fleet') return fleet(values);
  if (mode === 'group') return group(values);
  if (mode === 'ended') return ended();
  console.error(USAGE);
  return 2;
}

async function local(options: Options): Promise<number> {
  const seconds = Number(options.timeout);
  const signal = AbortSignal.timeout(seconds * 1000);
  try {
    await serviceReady(thisMachine(options), { longest: 1000, signal });
    console.log('the service is ready');
    return 0;
  } catch (error) {
    if (error instanceof ServiceFailed) for (const line of error.lines) console.error(`  ${line}`);
    if (signal.aborted) {
      const ports = await listeningPorts(await mainPid(options.unit));
      const elsewhere = elsewhereText(ports, Number(options.port));
      console.error(`the service is not ready after ${seconds} s${elsewhere}`);
      return 1;
    }
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

async function fleet(options: Options): Promise<number> {
  const sent = await announce(thisMachine(options), await thisFleet(options), { window: stableWindow(options) });
  return sent === 'SUCCESS' ? 0 : 1;
}

async function group(options: Options): Promise<number> {
  const result = await enterService(thisMachine(options), await thisGroup(options), { window: stableWindow(options) });
  return result === 'CONTINUE' ? 0 : 1;
}

async function ended(): Promise<number> {
  const fleetOf = fleetOfMachine(process.env);
  if (!fleetOf) {
    console.log('this machine belongs to no fleet: nothing is counted');
    return 0;
  }
  const { CloudWatchClient, PutMetricDataCommand } = await import('@aws-sdk/client-cloudwatch');
  const cloudWatch = new CloudWatchClient(clientConfiguration(fleetOf.region));
  await cloudWatch.send(new PutMetricDataCommand(endOfService(fleetOf)));
  console.log(`counted an end of the service of ${fleetOf.imageVersion} in ${fleetOf.stack}`);
  return 0;
}

/** In milliseconds. A local run scales such waits by its time scale. */
function stableWindow({ stable }: Options): number {
  const seconds = Number(stable);
  if (!(seconds >= 0)) throw new Error(`--stable ${stable}: give a number of seconds from 0`);
  return (seconds * 1000) / Number(process.env['LOCAL_TIME_SCALE'] ?? 1);
}

function thisMachine({ port, unit }: Options): ServiceMachine {
  return {
    health: () =>
      ask(`http://127.0.0.1:${port}/health`).then(
        ({ status }) => status,
        () => undefined,
      ),
    unit: () => unitState(unit),
    lastLines: () => lastLines(unit),
  };
}

async function thisFleet(options: Options): Promise<Fleet> {
  const stack = required(options, 'stack');
  const resource = required(options, 'resource');
  const targetGroup = required(options, 'target-group');
  const { instanceId } = await thisInstance();
  const configuration = clientConfiguration(required(options, 'region'));
  const loadBalancing = new ElasticLoadBalancingV2Client(configuration);
  const cloudFormation = new CloudFormationClient(configuration);
  // Fetched while the service still starts. Where that fails, the first request tries again.
  const early = Promise.all([loadBalancing, cloudFormation].map((client) => client.config.credentials()));
  await early.catch((error: unknown) => console.log(`no credentials yet: ${error}`));
  return {
    enter: async () => (await thisGroup(options)).complete('CONTINUE'),
    async targetHealth() {
      const { TargetHealthDescriptions = [] } = await loadBalancing.send(
        new DescribeTargetHealthCommand({
          TargetGroupArn: targetGroup,
          Targets: [{ Id: instanceId, Port: Number(options.port) }],
        }),
      );
      const health = TargetHealthDescriptions[0]?.TargetHealth;
      return { state: health?.State ?? 'unknown', reason: health?.Reason };
    },
    async signal(status) {
      const signal = { StackName: stack, LogicalResourceId: resource, UniqueId: instanceId, Status: status };
      try {
        await cloudFormation.send(new SignalResourceCommand(signal));
      } catch (error) {
        // An instance that ordinary scaling launched has no operation to signal; that is no failure.
        if (!(error instanceof Error && /can ?not be signaled/i.test(error.message))) throw error;
        console.log(`no operation awaits a signal: ${error.message}`);
      }
    },
    log: (message) => console.log(message),
  };
}

async function thisGroup(options: Options): Promise<FleetGroup> {
  const hook = required(options, 'hook');
  const { instanceId } = await thisInstance();
  // Each attempt requests its own token, since an earlier one may have expired.
  const readName = async () => (await instanceMetadata())('tags/instance/aws:autoscaling:groupName');
  const name = await retried(readName, { log });
  if (!name) throw new Error('no group has launched this instance, or it may not read its own tags');
  // A fleet that signals does not load this client.
  const { AutoScalingClient, CompleteLifecycleActionCommand } = await import('@aws-sdk/client-auto-scaling');
  const autoScaling = new AutoScalingClient(clientConfiguration(required(options, 'region')));
  return {
    async complete(result) {
      const action = { AutoScalingGroupName: name, LifecycleHookName: hook, InstanceId: instanceId };
      try {
        await autoScaling.send(new CompleteLifecycleActionCommand({ ...action, LifecycleActionResult: result }));
        return true;
      } catch (error) {
        if (error instanceof Error && /no active lifecycle action found/i.test(error.message)) return false;
        throw error;
      }
    },
    log: (message) => console.log(message),
  };
}

async function thisInstance(): Promise<{ instanceId: string }> {
  return retried(
    async () => {
      const read = await instanceMetadata();
      const instanceId = await read('instance-id');
      if (!instanceId) throw new Error('the instance metadata service does not answer');
      return { instanceId };
    },
    { log },
  );
}

function log(message: string): void {
  console.log(message);
}

function clientConfiguration(region: string) {
  return { region, credentials: fromInstanceMetadata({ timeout: 2000 }) };
}

function required(options: Options, name: 'stack' | 'resource' | 'target-group' | 'hook' | 'region'): string {
  const value = options[name];
  if (!value) throw new Error(`--${name} is missing\n${USAGE}`);
  return value;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
