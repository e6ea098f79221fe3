import { EventBus, type RuntimeEvent } from '../../../local/kernel/events';
import { Progress } from '../../../local/terminal/progress';
import { DrivenClock } from '../../rig/driven-clock';
import { FakeScreen } from '../../rig/screen';

/** A progress on a screen, with events like those of the rooms. */
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

test('a run has a line for each start and end, with its duration', async () => {
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

test('a failed action is printed with its last lines, and the run ends with its reason in one line', () => {
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

test('the published cause of a run is printed, and other messages are not', () => {
  const { screen, emit } = showing();
  const message = { type: 'message-published', topicArn: 'arn:aws:sns:eu-west-1:000000000000:greeter-runs' } as const;
  const cause = 'dev / Roll: Fleet: i-0a: Error: no database (log: /aws/ec2/console/i-0a)';
  emit({ ...message, message: `${cause}\n`, attributes: { pipelineExecutionId: run.executionId } });
  emit({ ...message, message: 'Hello', attributes: {} });
  expect(screen.shown).toEqual([`cause of 0d3f5a1c: ${cause}`]);
});

test('a stopped run is reported as stopped, and a successful one without a reason', () => {
  const { screen, emit } = showing();
  emit(started, ended('Stopped', 'by hand'));
  emit(started, ended('Succeeded', 'never mind'));
  expect(screen.shown.filter((line) => /^(reason|execution \w+ s(topp|ucc))/.test(line))).toEqual([
    'execution 0d3f5a1c stopped in 0 ms',
    'reason: by hand',
    'execution 0d3f5a1c succeeded in 0 ms',
  ]);
});

test('a successful run names the stacks that its commit changes and its pipeline cannot deploy, with the command', () => {
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

test('a failed run announces its rollback, and the rollback names its target (A22)', () => {
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
    'execution 77777777 started (AutomatedRollback): dev rolls back to execution 33333333',
  ]);
});

test('a condition has a line with its result, and so has a skipped stage (A22)', () => {
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

test('an execution with an unknown start ends without a duration', () => {
  const { screen, emit } = showing();
  emit(ended('Failed', 'interrupted'));
  expect(screen.shown).toEqual(['execution 0d3f5a1c failed', 'reason: interrupted']);
});

test('the text of a commit, a build or a notice cannot control the terminal', () => {
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

test('on a terminal the running steps are shown below, with their progress, and their durations advance', async () => {
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

test('an approval is shown with its question and the command that answers it, until it is answered (A57)', async () => {
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

test('events belong to the steps of their own service', async () => {
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

test('close leaves only final lines, and stops drawing', async () => {
  const { clock, screen, progress } = showing({ live: true });
  progress.begin('synth', 'synthesize');
  await clock.advance(500);
  progress.say('ending');
  progress.close();
  expect(screen.shown).toEqual(['ending']);
  expect(clock.pending).toBe(0);
});

test('the end of a step without a start prints no line', () => {
  const { screen, progress } = showing();
  progress.end('nothing', { ok: true });
  expect(screen.shown).toEqual([]);
});

test('--verbose adds stack events, logs and states, with their times', () => {
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

test('interrupted work of an earlier run is a warning', () => {
  const { screen, emit } = showing();
  emit({ type: 'interruption-found', what: 'build compile:1', consequence: 'it is failed' });
  expect(screen.shown).toEqual(['interrupted last time: build compile:1; it is failed']);
});
