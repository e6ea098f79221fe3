import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Assembly, AssemblyStack } from '../../../local/assembly/assembly';
import { deployAssembly } from '../../../local/commands/deploy';
import { leftovers, refuseOtherApplication, tellLeftovers } from '../../../local/commands/leftovers';
import { compose, type LocalRuntime } from '../../../local/composition/compose';
import { SystemClock } from '../../../local/kernel/clock';
import { EventBus } from '../../../local/kernel/events';
import { Progress } from '../../../local/terminal/progress';
import { FakeScreen } from '../../rig/screen';
import { stack } from './assembly-stack';

let directory: string;
let runtime: LocalRuntime;
const screen = new FakeScreen(false);
let progress: Progress;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'leftovers-'));
  const clock = new SystemClock(1000);
  runtime = await compose({ directory: join(directory, 'state'), port: 0, clock, bus: new EventBus(clock) });
  progress = new Progress({ screen, clock, verbose: false, place: { kind: 'local' } });
});
afterEach(async () => {
  progress.close();
  await runtime.stop();
  rmSync(directory, { recursive: true });
});

const assembly = (...stacks: AssemblyStack[]): Assembly => ({ directory, stacks, stages: [] });
const names = (declared: Assembly) => leftovers(runtime, declared).map(({ stackName }) => stackName);

test('an environment that left the settings is named, with the commands that delete it, until it is deleted', async () => {
  const [repository, environment, fleet] = ['app-repository', 'app-qa-environment', 'app-qa-fleet'].map((name) =>
    stack(name, { A: '1' }),
  );
  for (const each of [repository!, environment!, fleet!]) {
    await deployAssembly(runtime, assembly(each), { progress });
    // Their age tells the order.
    const made = Date.now();
    while (Date.now() === made) await new Promise(setImmediate);
  }
  const declared = assembly(repository!);
  expect(names(declared)).toEqual(['app-qa-fleet', 'app-qa-environment']);

  tellLeftovers(leftovers(runtime, declared), 'eval "$(status)"', progress);
  expect(screen.shown.slice(-4)).toEqual([
    'still there, though the settings no longer declare it: app-qa-fleet, app-qa-environment',
    'to delete them: eval "$(status)", then these commands, each after the one before has finished:',
    '  aws cloudformation delete-stack --region eu-west-1 --stack-name app-qa-fleet',
    '  aws cloudformation delete-stack --region eu-west-1 --stack-name app-qa-environment',
  ]);

  await runtime.stacks.delete('app-qa-fleet', runtime.principal);
  await runtime.stacks.delete('app-qa-environment', runtime.principal);
  expect(names(declared)).toEqual([]);
});

describe('a state with another application', () => {
  const pipeline = stack('old-pipeline', { A: '1' });
  const beside = assembly(stack('new-repository', { A: '1' }));
  beforeEach(async () => {
    await deployAssembly(runtime, assembly(pipeline), { progress });
    const { queries } = runtime.stacks;
    const [resource] = queries.resources('old-pipeline');
    jest
      .spyOn(queries, 'resources')
      .mockImplementation((name) =>
        name === 'old-pipeline' ? [{ ...resource!, type: 'AWS::CodePipeline::Pipeline' }] : [],
      );
  });

  test('is refused before anything is created, with the remedies', () => {
    expect(() => refuseOtherApplication(runtime, beside, '/state')).toThrow(
      /^\/state: holds another application: the settings declare no stack old-pipeline — restore the name .* --fresh /,
    );
    expect(runtime.stacks.describe('new-repository')).toBeUndefined();
  });

  test('is accepted if it has this application too', async () => {
    await deployAssembly(runtime, beside, { progress });
    expect(() => refuseOtherApplication(runtime, beside, '/state')).not.toThrow();
    expect(() => refuseOtherApplication(runtime, assembly(pipeline), '/state')).not.toThrow();
  });
});
