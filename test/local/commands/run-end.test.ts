import { runEnd } from '../../../local/commands/run-end';
import { EventBus, type RuntimeEvent } from '../../../local/kernel/events';
import { DrivenClock } from '../../rig/driven-clock';

const rollback = { stage: 'dev', target: 'e-0', executionId: 'e-2' };

/** A run that is waited for, and how it has ended so far. */
function waiting() {
  const clock = new DrivenClock();
  const bus = new EventBus(clock);
  const notices: string[] = [];
  bus.subscribe((event) => {
    if (event.type === 'notice') notices.push(event.message);
  });
  let end: string | undefined;
  const ended = runEnd(bus, clock, 'greeter').then((status) => {
    end = status;
    return status;
  });
  const finished = (executionId: string, status: 'Failed' | 'Succeeded' | 'Superseded', more = {}) =>
    bus.emit({ type: 'execution-finished', pipeline: 'greeter', executionId, status, ...more } as RuntimeEvent);
  const published = (pipelineExecutionId: string) =>
    bus.emit({ type: 'message-published', topicArn: 'arn', message: 'why', attributes: { pipelineExecutionId } });
  return { clock, ended, finished, published, notices, soFar: () => end };
}

test('a run ends at once if it succeeds, and is not waited for if it is superseded', async () => {
  const { ended, finished } = waiting();
  finished('e-0', 'Superseded');
  finished('e-1', 'Succeeded');
  expect(await ended).toBe('Succeeded');
});

test('a failed run ends with its rollback, after its cause has been published', async () => {
  const { ended, finished, published, soFar } = waiting();
  finished('e-1', 'Failed', { rollback });
  published('another');
  finished('e-2', 'Succeeded');
  await new Promise(setImmediate);
  expect(soFar()).toBeUndefined();
  published('e-1');
  expect(await ended).toBe('Failed');
});

test('a cause that was published before the end of the rollback is not waited for again', async () => {
  const { ended, finished, published } = waiting();
  finished('e-1', 'Failed', { rollback });
  published('e-1');
  finished('e-2', 'Succeeded');
  expect(await ended).toBe('Failed');
});

test('a missing cause is reported', async () => {
  const { clock, ended, finished, notices } = waiting();
  finished('e-1', 'Failed');
  await new Promise(setImmediate);
  await clock.advance(20_000);
  expect(await ended).toBe('Failed');
  expect(notices).toEqual(['no cause of the failed run was published in 20 s']);
});
