import type { StageDeclaration } from '@aws-sdk/client-codepipeline';
import { GetConsoleOutputCommand } from '@aws-sdk/client-ec2';
import { Refusal, refusedWith } from '../../cli/refusal';
import { plain } from '../../cli/text';
import { groupsOf } from '../../lambdas/fleet-group';
import type { Clients } from '../clients';
import type { CommandResult, Context } from '../command';
import { rollOf } from '../pipeline/environments';

/** Prints the console output of each server of an environment. */
export async function serverLogs(
  { clients, clientsIn, say }: Context,
  stage: StageDeclaration,
): Promise<CommandResult> {
  const roll = rollOf(stage);
  const stack = roll?.configuration?.['StackName'] ?? '';
  const { autoScaling, ec2 } = roll?.region ? clientsIn(roll.region) : clients;
  const groups = await groupsOf(autoScaling, stack);
  const instances = groups.flatMap(({ Instances = [] }) => Instances);
  if (instances.length === 0) {
    throw new Refusal(
      `${stage.name} has no servers with these credentials (the stack ${stack} has no group or an empty one)`,
    );
  }
  const data = [];
  for (const { InstanceId: instanceId = '', LifecycleState: state = '' } of instances) {
    const output = await consoleOutput(ec2, instanceId);
    say(`${data.length > 0 ? '\n' : ''}==> ${instanceId} (${state}) <==`);
    for (const line of output.split(/\r?\n/)) say(plain(line));
    data.push({ instanceId, state, output });
  }
  return { ok: true, lines: [], data };
}

/** `Latest` is known to instances on Nitro alone; elsewhere EC2 has the output of the last boot. */
async function consoleOutput(ec2: Clients['ec2'], InstanceId: string): Promise<string> {
  const ask = async (Latest: boolean) => {
    const { Output = '' } = await ec2.send(new GetConsoleOutputCommand({ InstanceId, Latest }));
    return Buffer.from(Output, 'base64').toString('utf8').trimEnd();
  };
  try {
    return await ask(true);
  } catch (error) {
    if (refusedWith(error, 'UnsupportedOperation')) return ask(false);
    throw error;
  }
}
