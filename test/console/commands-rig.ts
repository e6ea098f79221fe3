import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import type { Clients } from '../../console/clients';
import type { Command, CommandResult, Context } from '../../console/command';
import { openPipeline, type Pipeline } from '../../console/pipeline/pipeline';
import { readConsoleRequest } from '../rig/command-line';
import { FakeScreen } from '../rig/screen';

type Answers = Record<string, (input: Record<string, unknown>) => object>;

/** A service's refusal, as the SDK's clients throw it. */
export function refusal(name: string, message = name): Error {
  return Object.assign(new Error(message), { name, $metadata: {} });
}

/** Returns clients that answer each operation by the test's functions, and record the requests. */
export function fakeClients(answers: Answers) {
  const asked: { operation: string; input: Record<string, unknown> }[] = [];
  const client = {
    async send(command: { input: Record<string, unknown> }) {
      const operation = command.constructor.name.replace(/Command$/, '');
      asked.push({ operation, input: command.input });
      const answer = answers[operation];
      if (!answer) throw new Error(`the test does not answer ${operation}`);
      return answer(command.input);
    },
  };
  const one = client as never;
  const clients: Clients = {
    codePipeline: one,
    codeCommit: one,
    cloudFormation: one,
    // The SDK's paginators look at the class of a client.
    autoScaling: Object.assign(Object.create(AutoScalingClient.prototype), client) as never,
    cloudWatch: one,
    codeBuild: one,
    logs: one,
    ec2: one,
  };
  return { clients, asked, of: (operation: string) => asked.filter((each) => each.operation === operation) };
}

interface Surroundings {
  readonly clients: Clients;
  readonly onWait?: () => Promise<unknown>;
  readonly screen?: FakeScreen;
}

/** Runs a command line with these clients. Waiting takes no time; `onWait` is called in its place. */
export async function run(
  line: string,
  { clients, onWait = async () => {}, screen = new FakeScreen(false) }: Surroundings,
  command: Command,
): Promise<CommandResult & { said: string[] }> {
  const said: string[] = [];
  const request = readConsoleRequest(line);
  const { pipeline: name } = request.options;
  let pipeline: Promise<Pipeline> | undefined;
  const context: Context = {
    clients,
    clientsIn: () => clients,
    request,
    screen,
    clock: { now: () => new Date('2026-01-01T12:00:00Z'), wait: async () => void (await onWait()) },
    pipeline: () => {
      pipeline ??= openPipeline(clients.codePipeline, typeof name === 'string' ? name : undefined);
      return pipeline;
    },
    say: (line) => void said.push(line),
  };
  return { ...(await command(context)), said };
}
