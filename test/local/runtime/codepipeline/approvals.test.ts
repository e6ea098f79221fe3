import { AwsError } from '../../../../local/kernel/failure';
import { CodePipeline } from '../../../../local/runtime/codepipeline/code-pipeline';
import type { ActionDefinition } from '../../../../local/runtime/codepipeline/definition';
import { rig, settled } from './pipeline-rig';
import { action, approval, pipeline, source } from './pipelines';

const ada = 'arn:aws:iam::000000000000:user/ada';
const approved = { status: 'Approved', summary: 'looks good', by: ada } as const;
const DAY = 24 * 60 * 60_000;

/** A pipeline whose second stage is an approval, and whose third deploys. */
function asking(change: Partial<ActionDefinition> = {}) {
  const known = rig(pipeline([source], [approval(change)], [action('Deploy')]));
  const run = (id: string) => known.pipelines.records.execution('app', id).stages[1]?.actions['Approve'];
  const place = (id: string) => ({ stage: 'Stage2', action: 'Approve', token: run(id)?.approval?.token ?? '' });
  const answer = async (id: string, change: object = {}) => {
    await known.pipelines.answerApproval('app', place(id), { ...approved, ...change });
    await settled();
  };
  return { ...known, run, place, answer };
}

describe('manual approvals', () => {
  test('an approved execution continues, and shows its approver and summary (A57)', async () => {
    const { start, answer, run, running } = asking();
    const id = await start();
    expect(running()).toEqual([]);
    await answer(id);
    expect(run(id)).toMatchObject({ status: 'Succeeded', summary: 'looks good', updatedBy: ada });
    expect(run(id)?.externalId).toBe(run(id)?.approval?.token);
    expect(running()).toEqual([`Deploy of ${id}`]);
  });

  test('a rejected approval fails with its summary, or with the person’s name without one (A57)', async () => {
    const { start, answer, run, status } = asking();
    const first = await start();
    await answer(first, { status: 'Rejected', summary: 'not on a Friday' });
    expect(run(first)).toMatchObject({ status: 'Failed', summary: 'not on a Friday', updatedBy: ada });
    expect(run(first)?.error).toEqual({ code: 'JobFailed', message: 'not on a Friday' });
    expect(status(first)).toBe('Failed');
    const second = await start();
    await answer(second, { status: 'Rejected', summary: '' });
    expect(run(second)?.summary).toBe(`Rejected by ${ada}`);
  });

  test('a rejection is an event of a failed approval, with its summary and token (A33, A57)', async () => {
    const { start, answer, published, run } = asking();
    const id = await start();
    await answer(id, { status: 'Rejected', summary: 'not on a Friday' });
    const failed = published.find(({ detail }) => detail['action'] === 'Approve' && detail['state'] === 'FAILED');
    expect(failed?.detail).toMatchObject({
      type: { owner: 'AWS', provider: 'Manual', category: 'Approval', version: '1' },
      'execution-result': {
        'external-execution-summary': 'not on a Friday',
        'external-execution-id': run(id)?.approval?.token,
        'error-code': 'JobFailed',
      },
    });
  });

  test('an approval without an answer fails after seven days, or after the action’s time-out (A57)', async () => {
    const week = asking();
    const id = await week.start();
    await week.clock.advance(7 * DAY - 1);
    expect(week.status(id)).toBe('InProgress');
    await week.clock.advance(1);
    expect(week.pipelines.records.execution('app', id).statusSummary).toBe(
      'Approve: The approval request expired at 2026-01-08T00:00:00.000Z without a response.',
    );
    const short = asking({ timeoutInMinutes: 5 });
    const other = await short.start();
    await short.clock.advance(5 * 60_000);
    expect(short.run(other)).toMatchObject({ status: 'Failed' });
  });

  test('a second, late or misdirected answer is refused (A57)', async () => {
    const { start, answer, place, pipelines, clock } = asking({ timeoutInMinutes: 5 });
    const refused = (change: object) => pipelines.answerApproval('app', { ...place(id), ...change }, approved);
    const id = await start();
    await expect(refused({ stage: 'Nowhere' })).rejects.toMatchObject({ code: 'StageNotFoundException' });
    await expect(refused({ action: 'Deploy' })).rejects.toMatchObject({ code: 'ActionNotFoundException' });
    await expect(refused({ token: 'guessed' })).rejects.toMatchObject({ code: 'InvalidApprovalTokenException' });
    const long = { ...approved, summary: 'x'.repeat(513) };
    await expect(pipelines.answerApproval('app', place(id), long)).rejects.toThrow("Value at 'result.summary'");
    await answer(id, { summary: 'x'.repeat(512) });
    await expect(refused({})).rejects.toMatchObject({ code: 'ApprovalAlreadyCompletedException' });
    const late = await start();
    await clock.advance(5 * 60_000);
    await expect(answer(late)).rejects.toMatchObject({ code: 'InvalidApprovalTokenException' });
  });

  test('the topic of an approval gets AWS’s notification JSON (A57)', async () => {
    const configuration = {
      NotificationArn: 'arn:aws:sns:eu-west-1:000000000000:approvals',
      CustomData: 'commit #{SourceVariables.CommitId}',
      ExternalEntityLink: 'http://example.com',
    };
    const { start, notified, run, events } = asking({ configuration });
    const id = await start();
    const token = run(id)?.approval?.token;
    const link = 'https://console.aws.amazon.com/codesuite/codepipeline/pipelines/app/view?region=eu-west-1';
    expect(notified).toEqual([
      {
        topicArn: configuration.NotificationArn,
        subject: 'APPROVAL NEEDED: AWS CodePipeline app for action Approve',
        message: expect.any(String),
      },
    ]);
    expect(JSON.parse(notified[0]?.message ?? '')).toEqual({
      region: 'eu-west-1',
      consoleLink: link,
      approval: {
        pipelineName: 'app',
        stageName: 'Stage2',
        actionName: 'Approve',
        token,
        expires: '2026-01-08T00:00Z',
        externalEntityLink: 'http://example.com',
        approvalReviewLink: `${link}#/Stage2/Approve/approve/${token}`,
        customData: 'commit c1',
      },
    });
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'approval-waiting', stage: 'Stage2', customData: 'commit c1' }),
    );
  });

  test('an approval fails if its topic is unreachable (A57)', async () => {
    const { options, start, run } = asking({ configuration: { NotificationArn: 'arn:aws:sns:::gone' } });
    options.topics.publish = () => {
      throw new AwsError('NotFound', 'Topic does not exist');
    };
    const id = await start();
    expect(run(id)?.error).toEqual({
      code: 'ConfigurationError',
      message: 'The approval could not be published to arn:aws:sns:::gone: Topic does not exist',
    });
  });

  test('an approval in SUPERSEDED mode keeps its execution, and only the newest of the waiting ones is next (A58)', async () => {
    const { start, answer, run, status } = asking();
    const [asked, overtaken, newest] = [await start(), await start(), await start()];
    expect([asked, overtaken, newest].map(status)).toEqual(['InProgress', 'Superseded', 'InProgress']);
    expect(run(newest)).toBeUndefined();
    await answer(asked);
    expect(run(newest)?.status).toBe('InProgress');
  });

  test('an abandoned approval accepts no answer; stop and wait lets it wait for one (A19, A57)', async () => {
    const { start, answer, run, status, pipelines, clock } = asking();
    const abandoned = await start();
    pipelines.stopExecution('app', abandoned, { abandon: true, reason: 'enough' });
    expect([status(abandoned), run(abandoned)?.status]).toEqual(['Stopped', 'Abandoned']);
    await expect(answer(abandoned)).rejects.toMatchObject({ code: 'InvalidApprovalTokenException' });
    expect(clock.pending).toBe(0);
    const waited = await start();
    pipelines.stopExecution('app', waited, { abandon: false, reason: 'enough' });
    expect(status(waited)).toBe('Stopping');
    await answer(waited);
    expect(status(waited)).toBe('Stopped');
  });

  test('an approval survives the runtime, and waits for its remaining time (A57)', async () => {
    const { options, start, run, place, pipelines, clock, status, notified, events, running } = asking();
    const [first] = [await start()];
    await clock.advance(3 * DAY);
    await pipelines.stop();
    expect(clock.pending).toBe(0);
    events.length = 0;
    const again = new CodePipeline(options);
    again.recover();
    expect(events.map(({ type }) => type)).toEqual(['approval-waiting']);
    expect(status(first)).toBe('InProgress');
    await again.answerApproval('app', place(first), approved);
    expect(run(first)?.status).toBe('Succeeded');
    expect(running()).toEqual([`Deploy of ${first}`]);

    again.start('app', { trigger: 'StartPipelineExecution', detail: 'test' });
    await settled();
    const second = again.records.history('app')[0]?.id ?? '';
    await again.stop();
    const third = new CodePipeline(options);
    third.recover();
    await clock.advance(7 * DAY - 1);
    expect(run(second)?.status).toBe('InProgress');
    await clock.advance(1);
    expect(run(second)?.status).toBe('Failed');
    expect(notified).toEqual([]);
  });

  test('an approval survives beside an action that the end of the runtime failed, and then the stage fails (A57)', async () => {
    const { options, pipelines, start, status } = rig(pipeline([source], [approval(), action('Test')]));
    const id = await start();
    await pipelines.stop();
    const again = new CodePipeline(options);
    again.recover();
    const actions = () => again.records.execution('app', id).stages[1]?.actions;
    expect([actions()?.['Approve']?.status, actions()?.['Test']?.status]).toEqual(['InProgress', 'Failed']);
    const token = actions()?.['Approve']?.approval?.token ?? '';
    await again.answerApproval('app', { stage: 'Stage2', action: 'Approve', token }, approved);
    expect(status(id)).toBe('Failed');
  });

  test('an approval with the longest time-out waits longer than a timer can (A57)', async () => {
    const { start, status, clock } = asking({ timeoutInMinutes: 86_400 });
    const id = await start();
    const planned = clock.limit.bind(clock);
    clock.limit = (milliseconds, task) => planned(Math.min(milliseconds, 2 ** 31 - 1), task);
    await clock.advance(60 * DAY - 1);
    expect(status(id)).toBe('InProgress');
    await clock.advance(1);
    expect(status(id)).toBe('Failed');
  });
});
