import { approve } from '../../../console/commands/approve';
import { release } from '../../../console/commands/release';
import { watch } from '../../../console/commands/watch';
import { FakeScreen } from '../../rig/screen';
import { run } from '../commands-rig';
import { deliveryPipeline, ServedPipeline } from '../served-pipeline';

const served = new ServedPipeline();
beforeEach(() => served.open());
afterEach(() => served.close());

const settled = async () => {
  for (let round = 0; round < 20; round++) await new Promise((resolve) => setImmediate(resolve));
};
const quietly = (line: string, command: typeof release) =>
  run(line, { clients: served.clients, onWait: settled }, command);

/** Watches, and does one of `steps` after each look; ends after the last. */
async function watched(screen: FakeScreen, ...steps: (() => Promise<unknown>)[]): Promise<void> {
  const onWait = async () => {
    const step = steps.shift();
    if (!step) throw new Error('watched long enough');
    await step();
    await settled();
  };
  await expect(run('watch', { clients: served.clients, onWait, screen }, watch)).rejects.toThrow('watched long enough');
}

const without = (rows: readonly string[]) =>
  rows.map((row) => row.replace(/^\d\d:\d\d:\d\d +[0-9a-f]{8} +/, '').replace(/ {2,}/g, '  '));

test('without a terminal, watch prints a line for each change', async () => {
  const screen = new FakeScreen(false);
  await watched(
    screen,
    () => quietly('release', release),
    () => quietly('approve dev --summary fine', approve),
  );
  expect(without(screen.shown)).toEqual([
    'Source / Fetch  Succeeded',
    'Version / Increment  Succeeded',
    'approve-dev / Approve  InProgress  waits: npx server-pipeline approve dev',
    'approve-dev / Approve  Succeeded  fine',
    'dev / Roll  Succeeded  UPDATE_COMPLETE',
  ]);
});

test('on a terminal, watch shows all stages, and finished actions stay above them', async () => {
  const screen = new FakeScreen(true, 120);
  await watched(screen, () => quietly('release', release));
  const rows = without(screen.shown);
  expect(rows.slice(0, 2)).toEqual(['Source / Fetch  Succeeded', 'Version / Increment  Succeeded']);
  expect(rows.slice(-5).map((row) => row.replace(/[0-9a-f]{8}/, 'ID').replace(/\S+ s {2}/, ''))).toEqual([
    'Source  ID  Succeeded ',
    'Version  ID  Succeeded ',
    'approve-dev  ID  InProgress',
    expect.stringMatching(/^ {2}Approve .*InProgress {2}waits: npx server-pipeline approve dev$/),
    'dev  ',
  ]);
});

test('watch names a transition that was disabled, with the reason', async () => {
  const { stages, ...rest } = deliveryPipeline();
  served.pipelines.put({ ...rest, stages });
  served.pipelines.setTransition('app', 'dev', { reason: 'holidays' });
  const screen = new FakeScreen(true, 120);
  await watched(screen);
  expect(screen.shown.at(-1)).toContain('transition disabled: holidays');
});
