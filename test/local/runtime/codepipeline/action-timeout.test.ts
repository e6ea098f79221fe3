import { ActionTimeouts } from '../../../../local/runtime/codepipeline/action-timeout';
import { DrivenClock } from '../../../rig/driven-clock';
import { rig, settled } from './pipeline-rig';
import { action, approval, pipeline, source } from './pipelines';

const HOUR = 60 * 60_000;
const lambda = action('Ask', { category: 'Invoke', provider: 'Lambda' });
const deploy = action('Roll', { category: 'Deploy', provider: 'CloudFormation' });

describe('the time-out of an action', () => {
  test.each([
    ['CodeCommit', source, 1],
    ['CodeBuild, to build', action('Compile'), 36],
    ['CodeBuild, to test', action('Test', { category: 'Test' }), 8],
    ['CloudFormation', deploy, 72],
    ['Lambda, however often it goes on (A42)', lambda, 24],
  ])('of %s (A9)', async (_what, declared, hours) => {
    const clock = new DrivenClock();
    const timeouts = new ActionTimeouts(clock);
    let failure: unknown;
    timeouts.watch(declared, new Promise<never>(() => {})).catch((error: unknown) => {
      failure = error;
    });
    await clock.advance(hours * HOUR - 1);
    expect(failure).toBeUndefined();
    await clock.advance(1);
    expect(failure).toMatchObject({
      code: 'JobFailed',
      message: `The action ${declared.name} did not end within ${hours * 60} minutes.`,
    });
    expect(clock.pending).toBe(0);
  });

  test('is the approval’s own for an approval, and ends with the action (A57)', async () => {
    const clock = new DrivenClock();
    const timeouts = new ActionTimeouts(clock);
    void timeouts.watch(approval(), new Promise<never>(() => {}));
    expect(clock.pending).toBe(0);
    await expect(timeouts.watch(deploy, Promise.resolve('done'))).resolves.toBe('done');
    await settled();
    expect(clock.pending).toBe(0);
  });

  test('fails its stage, and a late end of the action changes nothing (A9)', async () => {
    const { start, take, clock, status, pipelines } = rig(pipeline([source], [action('Compile')]));
    const id = await start();
    await clock.advance(36 * HOUR);
    expect(status(id)).toBe('Failed');
    await take('Compile', id).succeed();
    expect(pipelines.records.execution('app', id).statusSummary).toBe(
      'Compile: The action Compile did not end within 2160 minutes.',
    );
  });
});
