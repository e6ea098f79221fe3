import type { LocalRuntime } from '../../local/composition/compose';
import { SystemClock } from '../../local/kernel/clock';
import { deployed } from '../rig/deployed';
import { Project } from '../rig/project';

describe('the function of the synthesized pipeline, invoked with jobs like the pipeline’s', () => {
  const project = new Project();
  let runtime: LocalRuntime;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    ({ runtime, remove } = await deployed(project, new SystemClock()));
    // A branch that no pipeline waits for.
    await runtime.codeCommit.seed('greeter', project.directory, 'aside');
  }, 60_000);

  afterAll(async () => {
    await remove();
    project.remove();
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

  test('an execution whose job is delivered several times concurrently gets one version (A38)', async () => {
    const versions = await versionsFor([1, 2, 3, 1, 2, 3, 1, 2, 3]);
    expect(versions.slice(3)).toEqual([...versions.slice(0, 3), ...versions.slice(0, 3)]);
    expect(new Set(versions).size).toBe(3);
  }, 60_000);

  test('a hundred concurrent executions get a hundred versions (H6)', async () => {
    const versions = await versionsFor(numbers(100, 1000));
    expect(versions.filter((version) => !/^1\.0\.\d+$/.test(version))).toEqual([]);
    expect(new Set(versions).size).toBe(100);
  }, 240_000);
});
