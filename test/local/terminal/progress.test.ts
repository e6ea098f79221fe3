import { EventBus, type RuntimeEvent } from '../../../local/kernel/events';
import { Progress } from '../../../local/terminal/progress';
import { DrivenClock } from '../../rig/driven-clock';
import { FakeScreen } from '../../rig/screen';

/** A progress on a screen, told what happens as the rooms do. */
function showing({ live = false, verbose = false, width = 120 } = {}) {
  const clock = new DrivenClock();
  const screen = new FakeScreen(live, width);
  const progress = new Progress({ screen, clock, verbose, place: { kind: 'local' } });
  const bus = new EventBus(clock);
  bus.subscribe(progress.onEvent);
  const emit = (...events: RuntimeEvent[]) => {
    for (const event of events) bus.emit(event);
  };
  return { clock, screen, progress, emit };
}

const run = { pipeline: 'greeter', executionId: '0d3f5a1c-0000-4000-8000-000000000000' };
const started = { type: 'execution-started', ...run, trigger: 'CloudWatchEvent' } as const;
const compile = { ...run, stage: 'Build', action: 'Compile', provider: 'CodeBuild' } as const;
const roll = { ...run, stage: 'dev', action: 'Roll', provider: 'CloudFormation' } as const;
const ended = (status: 'Succeeded' | 'Failed' | 'Stopped', reason?: string) =>
  ({ type: 'execution-finished', ...run, status, ...(reason && { reason }) }) as const;

test('a run is a line for each thing that begins and ends, with how long it took', async () => {
  const { clock, screen, emit } = showing();
  emit(started, {
    type: 'execution-source',
    ...run,
    commitId: '0123456789abcdef0123456789abcdef01234567',
    subject: 'Greet more politely',
  });
  emit({ type: 'action-started', ...compile });
  await clock.advance(3100);
  emit({ type: 'action-finished', ...compile, status: 'Succeeded', summary: 'ImageVersion 1.0.2' });
  emit({ type: 'action-started', ...roll });
  await clock.advance(62_000);
  emit({ type: 'action-finished', ...roll, status: 'Succeeded' }, ended('Succeeded'));
  expect(screen.shown).toEqual([
    'execution 0d3f5a1c started (CloudWatchEvent)',
    '  commit 01234567 Greet more politely',
    '  Build / Compile …',
    '  ✔ Build / Compile               3.1 s  ImageVersion 1.0.2',
    '  dev / Roll …',
    '  ✔ dev / Roll                 1 m 02 s',
    'execution 0d3f5a1c succeeded in 1 m 05 s',
  ]);
});

test('what failed is told with its last lines, and the run ends with one line of reason', () => {
  const { screen, emit } = showing();
  emit(started, { type: 'action-started', ...compile });
  emit({
    type: 'action-finished',
    ...compile,
    status: 'Failed',
    summary: 'npm test: exit 1\nnot ok 3 - greets\n# fail 1',
  });
  emit(ended('Failed', 'npm test: exit 1\nnot ok 3 - greets'));
  expect(screen.shown.slice(2)).toEqual([
    '  ✘ Build / Compile                0 ms  npm test: exit 1',
    '      not ok 3 - greets',
    '      # fail 1',
    'execution 0d3f5a1c failed in 0 ms',
    'reason: npm test: exit 1',
  ]);
});

test('the cause that is published for a run is a line, and other messages are none', () => {
  const { screen, emit } = showing();
  const message = { type: 'message-published', topicArn: 'arn:aws:sns:eu-west-1:000000000000:greeter-runs' } as const;
  const cause = 'dev / Roll: Fleet: i-0a: Error: no database (log: /aws/ec2/console/i-0a)';
  emit({ ...message, message: `${cause}\n`, attributes: { pipelineExecutionId: run.executionId } });
  emit({ ...message, message: 'Hello', attributes: {} });
  expect(screen.shown).toEqual([`cause of 0d3f5a1c: ${cause}`]);
});

test('a run that was stopped says so, and one that succeeded needs no reason', () => {
  const { screen, emit } = showing();
  emit(started, ended('Stopped', 'by hand'));
  emit(started, ended('Succeeded', 'never mind'));
  expect(screen.shown.filter((line) => /^(reason|execution \w+ s(topp|ucc))/.test(line))).toEqual([
    'execution 0d3f5a1c stopped in 0 ms',
    'reason: by hand',
    'execution 0d3f5a1c succeeded in 0 ms',
  ]);
});

test('a run that succeeded names the stacks that its commit changes and its pipeline cannot, with the command', () => {
  const { screen, emit } = showing();
  const synth = { ...run, stage: 'Build', action: 'Synth', provider: 'CodeBuild', status: 'Succeeded' } as const;
  const outputVariables = { STACKS_OUT_OF_DATE: 'greeter-pipeline, greeter-dev-environment' };
  emit(started, { type: 'action-finished', ...synth, outputVariables }, ended('Succeeded'));
  expect(screen.shown.at(-1)).toBe(
    'out of date: greeter-pipeline, greeter-dev-environment; eval "$(npx server-pipeline status --env --local)" && npx cdk deploy --all deploys what this commit changes there',
  );
  emit(started, { type: 'action-finished', ...synth, outputVariables: { STACKS_OUT_OF_DATE: 'none' } });
  emit(ended('Succeeded'));
  expect(screen.shown.at(-1)).toMatch(/^execution 0d3f5a1c succeeded/);
});

test('a run that failed tells of the rollback that follows, and the rollback what it goes back to (A22)', () => {
  const { screen, emit } = showing();
  const back = { ...run, executionId: '77777777-0000-4000-8000-000000000000' };
  const rollback = { stage: 'dev', target: '33333333-0000-4000-8000-000000000000' };
  emit(started, { ...ended('Failed', 'Roll: broken'), rollback: { ...rollback, executionId: back.executionId } });
  emit({ type: 'execution-started', ...back, trigger: 'AutomatedRollback', rollback });
  expect(screen.shown).toEqual([
    'execution 0d3f5a1c started (CloudWatchEvent)',
    'execution 0d3f5a1c failed in 0 ms',
    'reason: Roll: broken',
    'a rollback of dev to execution 33333333 follows',
    'execution 77777777 started (AutomatedRollback): dev goes back to execution 33333333',
  ]);
});

test('a condition is a line with what it was found to be, and so is a stage that is skipped (A22)', () => {
  const { screen, emit } = showing();
  const checked = { type: 'condition-checked', ...run, stage: 'prod', condition: 'BeforeEntry' } as const;
  emit({ ...checked, status: 'Succeeded', summary: 'All rules of beforeEntry succeeded.' });
  emit({ ...checked, status: 'Failed', summary: 'Check: no' });
  emit({ type: 'stage-finished', ...run, stage: 'prod', status: 'Skipped' });
  expect(screen.shown).toEqual([
    '  ✔ prod / BeforeEntry                   All rules of beforeEntry succeeded.',
    '  ! prod / BeforeEntry                   Check: no',
    '  – prod is skipped',
  ]);
});

test('an execution whose start was not seen ends without a duration', () => {
  const { screen, emit } = showing();
  emit(ended('Failed', 'interrupted'));
  expect(screen.shown).toEqual(['execution 0d3f5a1c failed', 'reason: interrupted']);
});

test('the text of a commit, a build or a notice cannot steer the terminal', () => {
  const { screen, emit } = showing();
  const evil = '\u001b[2J\u001b[31mred';
  emit(
    { type: 'execution-source', ...run, commitId: 'abc', subject: `${evil}\nsecond line` },
    { type: 'action-started', ...compile },
    { type: 'action-finished', ...compile, status: 'Failed', summary: evil },
    { type: 'notice', level: 'warning', message: evil },
    ended('Failed', evil),
  );
  expect(screen.written).not.toContain('\u001b');
  expect(screen.shown[0]).toBe('  commit abc red second line');
});

test('on a terminal the steps that run are shown below, with how far they are, and durations move on', async () => {
  const { clock, screen, emit, progress } = showing({ live: true });
  emit(started, { type: 'action-started', ...compile });
  emit({
    type: 'build-phase-finished',
    project: 'greeter-compile',
    buildId: 'b',
    phase: 'INSTALL',
    status: 'SUCCEEDED',
  });
  await clock.advance(1000);
  expect(screen.shown).toEqual([
    'execution 0d3f5a1c started (CloudWatchEvent)',
    expect.stringMatching(/^ {2}. Build \/ Compile +960 ms {2}greeter-compile: INSTALL SUCCEEDED$/),
  ]);
  emit({ type: 'action-finished', ...compile, status: 'Succeeded' });
  await clock.advance(1000);
  expect(screen.shown).toHaveLength(2);
  expect(screen.shown[1]).toMatch(/^ {2}✔ Build \/ Compile +1\.0 s$/);
  expect(clock.pending).toBe(0);
  progress.close();
});

test('an approval is shown with what it asks and the command that answers it, and stays until it is answered (A57)', async () => {
  const { screen, emit, clock, progress } = showing({ live: true });
  const asked = { ...run, stage: 'approve-prod', action: 'Approval' };
  emit({ type: 'action-started', ...asked, provider: 'Manual' });
  emit({
    type: 'approval-waiting',
    ...asked,
    expiresAt: '2026-01-08T00:00:00.000Z',
    customData: 'Version 1.0.7\u001b[2J of commit 12ab34cd56\ninstead of 1.0.6',
  });
  await clock.advance(1000);
  expect(screen.shown).toEqual([
    '  ? approve-prod waits for approval until 2026-01-08 00:00 UTC: npx server-pipeline approve prod --local',
    '      Version 1.0.7 of commit 12ab34cd56',
    '      instead of 1.0.6',
    '      (from another terminal; or npx server-pipeline reject prod --local)',
    expect.stringMatching(
      /^ {2}. approve-prod \/ Approval +960 ms {2}waits for npx server-pipeline approve prod --local$/,
    ),
  ]);
  emit({ type: 'action-finished', ...asked, provider: 'Manual', status: 'Succeeded', summary: 'looks good' });
  expect(screen.shown.at(-1)).toMatch(/✔ approve-prod \/ Approval +1\.0 s {2}looks good$/);
  progress.close();
});

test('events go with the steps of their own service', async () => {
  const { clock, screen, emit, progress } = showing({ live: true });
  emit({ type: 'action-started', ...compile }, { type: 'action-started', ...roll });
  emit({ type: 'build-phase-finished', project: 'greeter-compile', buildId: 'b', phase: 'BUILD', status: 'SUCCEEDED' });
  emit({
    type: 'stack-event',
    stackName: 'greeter-dev-fleet',
    stackId: 'arn',
    logicalId: 'Fleet',
    physicalId: 'fleet',
    resourceType: 'AWS::AutoScaling::AutoScalingGroup',
    status: 'UPDATE_IN_PROGRESS',
    reason: 'Received SUCCESS signal',
  });
  await clock.advance(120);
  expect(screen.shown[0]).toMatch(/Compile .*greeter-compile: BUILD SUCCEEDED$/);
  expect(screen.shown[1]).toMatch(/Roll .*Fleet UPDATE_IN_PROGRESS Received SUCCESS signal$/);
  progress.close();
});

test('closing leaves final lines only, and nothing that would draw again', async () => {
  const { clock, screen, progress } = showing({ live: true });
  progress.begin('synth', 'synthesize');
  await clock.advance(500);
  progress.say('ending');
  progress.close();
  expect(screen.shown).toEqual(['ending']);
  expect(clock.pending).toBe(0);
});

test('the end of a step that never began is no line', () => {
  const { screen, progress } = showing();
  progress.end('nothing', { ok: true });
  expect(screen.shown).toEqual([]);
});

test('--verbose adds stack events, logs and states, with the moment of each', () => {
  const quiet = showing();
  const verbose = showing({ verbose: true });
  for (const { emit } of [quiet, verbose]) {
    emit(
      { type: 'log-written', group: '/aws/codebuild/compile', stream: 's', messages: ['one\n', 'two\n'] },
      { type: 'instance-state-changed', instanceId: 'i-0a', state: 'running', imageId: 'ami-0' },
    );
  }
  expect(quiet.screen.shown).toEqual([]);
  expect(verbose.screen.shown).toEqual([
    '    00:00:00.000 /aws/codebuild/compile one',
    '      /aws/codebuild/compile two',
    '    00:00:00.000 i-0a running',
  ]);
});

test('what an earlier run left unfinished is told as a warning', () => {
  const { screen, emit } = showing();
  emit({ type: 'interruption-found', what: 'build compile:1', consequence: 'it is failed' });
  expect(screen.shown).toEqual(['interrupted last time: build compile:1; it is failed']);
});
