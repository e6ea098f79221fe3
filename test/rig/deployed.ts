import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly } from '../../local/assembly/assembly';
import { deployAssembly } from '../../local/commands/deploy';
import { synthesize } from '../../local/commands/synthesize';
import { compose, type LocalRuntime } from '../../local/composition/compose';
import type { Clock } from '../../local/kernel/clock';
import { EventBus } from '../../local/kernel/events';
import { Progress } from '../../local/terminal/progress';
import type { Project } from './project';
import { FakeScreen } from './screen';

export interface Deployed {
  readonly runtime: LocalRuntime;
  /** Its own; it goes with it. */
  readonly directory: string;
  /** Ends it, and removes its state. */
  remove(): Promise<void>;
}

/** A runtime in the process of the test, with nothing in it. */
export async function emptyRuntime(clock: Clock): Promise<Deployed> {
  const directory = mkdtempSync(join(tmpdir(), 'deployed-'));
  const runtime = await compose({ directory, port: 0, clock, bus: new EventBus(clock) });
  return {
    runtime,
    directory,
    async remove() {
      await runtime.stop();
      rmSync(directory, { recursive: true });
    },
  };
}

/** Environment variables for a program that uses it like AWS, and sees nothing else of this machine. */
export function clientEnvironment({ runtime, directory }: Deployed): NodeJS.ProcessEnv {
  const { accessKeyId, secretAccessKey } = runtime.administrator;
  return {
    PATH: process.env['PATH'],
    HOME: directory,
    NO_COLOR: '1',
    CI: '1',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    AWS_ENDPOINT_URL: runtime.url,
    AWS_REGION: 'eu-west-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
}

/** The same, with the stacks that a person deploys, as the project declares them. */
export async function deployed(project: Project, clock: Clock): Promise<Deployed> {
  const made = await emptyRuntime(clock);
  const progress = new Progress({ screen: new FakeScreen(false), clock, verbose: false, place: { kind: 'local' } });
  const output = join(made.directory, 'cdk.out');
  await synthesize(project.directory, output);
  await deployAssembly(made.runtime, readAssembly(output), { progress });
  return made;
}
