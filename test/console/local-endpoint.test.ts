import { approve, reject } from '../../console/commands/approve';
import { explain } from '../../console/commands/explain';
import { history } from '../../console/commands/history';
import { release } from '../../console/commands/release';
import { retry } from '../../console/commands/retry';
import { rollback } from '../../console/commands/rollback';
import { stop } from '../../console/commands/stop';
import { run } from './commands-rig';
import { deliveryPipeline, ServedPipeline } from './served-pipeline';

const served = new ServedPipeline();
beforeEach(() => served.open());
afterEach(() => served.close());

/** Runs the event loop until the pipeline can go no further by itself. */
const settled = async () => {
  for (let round = 0; round < 20; round++) await new Promise((resolve) => setImmediate(resolve));
};
const asPerson = async (line: string, command: Parameters<typeof run>[2]) => {
  const answer = await run(line, { clients: served.clients, onWait: settled }, command);
  await settled();
  return answer;
};
/** A commit that is approved at once. */
const deliver = async () => {
  const { data } = await asPerson('release', release);
  await asPerson('approve dev', approve);
  return (data as { executionId: string }).executionId;
};

test('a release starts, waits for approval, is approved and succeeds', async () => {
  const meanwhile: string[] = [];
  const onWait = async () => {
    if (meanwhile.length === 0) meanwhile.push(...(await asPerson('approve dev --summary fine', approve)).said);
    await settled();
  };
  const answer = await run('release --wait', { clients: served.clients, onWait }, release);
  expect(meanwhile).toEqual([
    expect.stringMatching(/^approve-dev \/ Approve waits, .*in execution [0-9a-f-]{36}$/),
    '  Version 1.0.1 of commit 0000000100000001000000010000000100000001',
    '  It replaces nothing.',
  ]);
  expect(answer).toMatchObject({ ok: true, data: { pipeline: 'app', status: 'Succeeded' } });
  const words = answer.said.map((line) => line.replace(/ {2,}\S+ m?s\b/, '').replace(/\s{2,}/g, '  '));
  expect(words).toEqual([
    expect.stringMatching(/^started execution [0-9a-f-]{36} of app$/),
    'Source / Fetch  succeeded',
    'Version / Increment  succeeded',
    'approve-dev / Approve  waits: npx server-pipeline approve dev',
    'approve-dev / Approve  succeeded  fine',
    'dev / Roll  succeeded  UPDATE_COMPLETE',
  ]);
});

test('a release whose roll fails exits 1 with the cause', async () => {
  served.failures.push('the server did not come up');
  const onWait = () => asPerson('approve dev', approve).then(settled, settled);
  const answer = await run('release --wait', { clients: served.clients, onWait }, release);
  expect(answer.ok).toBe(false);
  expect(answer.said.at(-1)).toMatch(/^dev \/ Roll {2,}failed .*the server did not come up$/);
  expect(answer.lines[0]).toMatch(/^execution [0-9a-f]{8} failed/);
});

test('a rejection fails the execution and does not touch the environment (A57)', async () => {
  const { data } = await asPerson('release', release);
  await asPerson('reject dev --summary no', reject);
  const { executionId } = data as { executionId: string };
  expect(served.pipelines.records.execution('app', executionId).status).toBe('Failed');
  expect((await asPerson('history dev', history)).data).toEqual([]);
});

test('approve refuses if nothing waits, or if another execution waits than the given one', async () => {
  await expect(asPerson('approve dev', approve)).rejects.toThrow('nothing waits for approval for dev');
  await expect(asPerson('approve qa', approve)).rejects.toThrow('app has no environment qa; it has dev');
  const { data } = await asPerson('release', release);
  const { executionId } = data as { executionId: string };
  await expect(asPerson('approve dev --execution 11111111', approve)).rejects.toThrow(
    `execution 11111111 does not wait for dev; execution ${executionId.slice(0, 8)} does`,
  );
  expect(await asPerson(`approve dev --execution ${executionId.slice(0, 8)}`, approve)).toMatchObject({ ok: true });
});

test('a rollback runs the stage with its earlier revisions, and the history shows both deployments (A21)', async () => {
  const first = await deliver();
  const second = await deliver();
  const answer = await asPerson('rollback dev --wait', rollback);
  expect(answer).toMatchObject({ ok: true, data: { from: '1.0.2', to: '1.0.1', target: first, status: 'Succeeded' } });
  expect(answer.said[0]).toMatch(/^rolls dev back from 1\.0\.2 to 1\.0\.1 \(commit 00000001\), in execution/);
  const { data, lines } = await asPerson('history', history);
  const by = 'arn:aws:iam::000000000000:user/ops/jane';
  expect(data).toMatchObject([
    {
      version: '1.0.1',
      result: 'Succeeded',
      rollback: { from: '1.0.2', to: '1.0.1', target: first, automatic: false, by },
    },
    { version: '1.0.2', executionId: second, replaced: '1.0.1', approvedBy: by, subject: 'Change 2' },
    { version: '1.0.1', executionId: first },
  ]);
  expect(lines[0]).toMatch(/^WHEN \(UTC\) {2,}ENV {2}VERSION {2}COMMIT/);
  expect(lines[1]).toMatch(/rolled back from 1\.0\.2 to 1\.0\.1 by jane$/);
  expect(lines[2]).toMatch(/Change 2 {2}approved by jane$/);
});

test('rollback refuses an impossible target and lists the possible ones', async () => {
  await expect(asPerson('rollback dev', rollback)).rejects.toThrow('nothing serves there yet; no version is possible');
  await deliver();
  await deliver();
  await expect(asPerson('rollback dev --to 9.9.9', rollback)).rejects.toThrow(
    'dev cannot be rolled back: 9.9.9 has not succeeded there; possible with --to: 1.0.1',
  );
});

test('after a change of the pipeline’s structure, rollback refuses and names the commit to release (A21)', async () => {
  await deliver();
  await deliver();
  const { stages, ...rest } = deliveryPipeline();
  served.pipelines.put({ ...rest, stages: stages.filter(({ name }) => name !== 'approve-dev') });
  await expect(asPerson('rollback dev', rollback)).rejects.toThrow(
    "dev cannot be rolled back to 1.0.1: the pipeline's structure has changed since; release that commit instead: npx server-pipeline release --commit 0000000100000001",
  );
});

test('retry runs the failed stage of the latest failed execution again (A20)', async () => {
  served.failures.push('a bad day');
  const failed = await deliver();
  const answer = await asPerson('retry --wait', retry);
  expect(answer).toMatchObject({ ok: true, data: { executionId: failed, stage: 'dev', status: 'Succeeded' } });
  // Earlier failures are not printed again.
  expect(answer.said.filter((line) => /failed/.test(line))).toEqual([]);
  await expect(asPerson('retry dev', retry)).rejects.toThrow('dev has not failed: its latest execution is Succeeded');
  await expect(asPerson('retry qa', retry)).rejects.toThrow(
    'has no stage qa; it has Source, Version, approve-dev, dev',
  );
});

test('retry refuses a stage that a later execution has entered, and names the commit to release (A15)', async () => {
  served.failures.push('a bad day');
  await deliver();
  await deliver();
  await expect(asPerson('retry', retry)).rejects.toThrow(
    /was entered by a later execution; release the same commit instead: npx server-pipeline release --commit 0000000100000001/,
  );
});

test('stop stops the only execution that runs, and refuses if none or several run (A19)', async () => {
  await expect(asPerson('stop', stop)).rejects.toThrow('no execution of app runs');
  const { data } = await asPerson('release', release);
  const { executionId } = data as { executionId: string };
  expect(await asPerson('stop --abandon --reason enough', stop)).toMatchObject({
    data: { executionId, abandoned: true },
  });
  expect(served.pipelines.records.execution('app', executionId)).toMatchObject({
    status: 'Stopped',
    stop: { reason: 'enough' },
  });
  await expect(asPerson(`stop ${executionId.slice(0, 8)}`, stop)).rejects.toThrow(
    'has ended, so there is nothing to stop',
  );
  await asPerson('release', release);
  await asPerson('release', release);
  await expect(asPerson('stop', stop)).rejects.toThrow(/^several executions run; give one of them: /);
});

test('explain prints in one line why an execution failed: the latest failed one, or the given one', async () => {
  await expect(asPerson('explain', explain)).rejects.toThrow('no execution of app has failed');
  const { data } = await asPerson('release', release);
  const { executionId } = data as { executionId: string };
  await asPerson('reject dev --summary not-on-a-Friday', reject);
  const { lines, data: told } = await asPerson('explain', explain);
  expect(lines[0]).toBe(
    `execution ${executionId.slice(0, 8)}: approve-dev / Approve: approval: rejected by ops/jane: not-on-a-Friday (log: history of the pipeline app)`,
  );
  expect(told).toMatchObject({ executionId, stage: 'approve-dev', cause: 'rejected by ops/jane: not-on-a-Friday' });
  const good = await deliver();
  expect((await asPerson(`explain ${good.slice(0, 8)}`, explain)).lines[0]).toMatch(/: Succeeded: it has succeeded$/);
});

test('history --limit 1 prints one entry for each environment', async () => {
  await deliver();
  await deliver();
  expect((await asPerson('history --limit 1', history)).data).toMatchObject([{ version: '1.0.2', replaced: '1.0.1' }]);
});

test('history and explain report a version that does not stay healthy, although no execution failed', async () => {
  await deliver();
  served.replaced = [1];
  expect((await asPerson('history dev', history)).lines[1]).toMatch(/1 server replaced as unhealthy$/);
  await expect(asPerson('explain', explain)).rejects.toThrow('no execution of app has failed');
  served.replaced = [1, 2, 3];
  const { lines, data } = await asPerson('history dev', history);
  expect(lines[1]).toMatch(/3 servers replaced as unhealthy: it did not stay healthy$/);
  expect(data).toMatchObject([{ version: '1.0.1', health: { replaced: 3, ended: 0, stayedHealthy: false } }]);
  const warning =
    'dev: 1.0.1 does not stay healthy: 3 servers replaced as unhealthy (the last i-00000003 at 2026-01-01 12:03:00 UTC)';
  const told = await asPerson('explain', explain);
  expect(told.lines).toEqual([warning]);
  expect(told.data).toMatchObject({ unhealthy: [{ environment: 'dev', version: '1.0.1' }] });
  Object.assign(served, { replaced: [], ended: 4 });
  expect((await asPerson('explain', explain)).lines).toEqual([
    'dev: 1.0.1 does not stay healthy: service ended 4 times by itself',
  ]);
});
