import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly } from '../../local/assembly/assembly';
import { bootstrap, deployAssembly } from '../../local/commands/deploy';
import { synthesize } from '../../local/commands/synthesize';
import { compose, type LocalRuntime } from '../../local/compose';
import { SystemClock } from '../../local/kernel/clock';
import { EventBus } from '../../local/kernel/events';
import { Progress } from '../../local/terminal/progress';
import { Project } from '../rig/project';
import { FakeScreen } from '../rig/screen';

describe('the function of the synthesized pipeline, invoked with jobs as the pipeline does', () => {
  const directory = mkdtempSync(join(tmpdir(), 'versions-'));
  const project = new Project();
  let runtime: LocalRuntime;

  beforeAll(async () => {
    const clock = new SystemClock();
    const progress = new Progress({ screen: new FakeScreen(false), clock, verbose: false });
    const output = join(directory, 'cdk.out');
    runtime = await compose({ directory, port: 0, clock, bus: new EventBus(clock) });
    await synthesize(project.directory, output);
    bootstrap(runtime);
    await deployAssembly(runtime, readAssembly(output), progress);
    // A branch that no pipeline waits for.
    await runtime.codeCommit.seed('greeter', project.directory, 'aside');
  }, 60_000);

  afterAll(async () => {
    await runtime.stop();
    project.remove();
    rmSync(directory, { recursive: true });
  });

  /** The version that the execution gets, or why it gets none. */
  async function versionFor(execution: number): Promise<string> {
    const executionId = `00000000-0000-4000-8000-${String(execution).padStart(12, '0')}`;
    const commitId = project.git('rev-parse', 'HEAD');
    const result = await runtime.jobs.run({
      functionName: 'greeter-increment-image-version',
      configuration: { UserParameters: JSON.stringify({ executionId, commitId }) },
      inputs: [],
      outputs: [],
      credentials: runtime.administrator,
      progress: () => {},
    });
    return result.type === 'success' ? (result.outputVariables['ImageVersion'] ?? '') : result.message;
  }

  const versionsFor = (executions: number[]) => Promise.all(executions.map(versionFor));
  const numbers = (count: number, from: number) => Array.from({ length: count }, (_each, index) => from + index);

  test('A38: an execution whose job is delivered more than once at the same moment gets one version', async () => {
    const versions = await versionsFor([1, 2, 3, 1, 2, 3, 1, 2, 3]);
    expect(versions.slice(3)).toEqual([...versions.slice(0, 3), ...versions.slice(0, 3)]);
    expect(new Set(versions).size).toBe(3);
  }, 60_000);

  test('H6: a hundred executions that count at once get a hundred different versions', async () => {
    const versions = await versionsFor(numbers(100, 1000));
    expect(versions.filter((version) => !/^1\.0\.\d+$/.test(version))).toEqual([]);
    expect(new Set(versions).size).toBe(100);
  }, 240_000);
});
