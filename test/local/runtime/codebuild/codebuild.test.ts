import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeZip } from '../../../../local/kernel/zip';
import { DrivenClock } from '../../../rig/driven-clock';
import { type BuildRig, buildRig, projectSpec } from './build-rig';

let rig: BuildRig;
beforeEach(() => {
  rig = buildRig();
});
afterEach(() => rig.end());

async function source(key: string, files: Record<string, string>): Promise<void> {
  const members = Object.entries(files).map(([path, content]) => {
    return { path, kind: 'file' as const, mode: 0o644, data: Buffer.from(content) };
  });
  rig.objects.set(`bucket/${key}`, await writeZip(members));
}

function buildspec(...commands: string[]): string {
  return `version: 0.2\nphases:\n  build:\n    commands: ${JSON.stringify(commands)}\n`;
}

const start = (sources = ['source.zip']) =>
  rig.codeBuild.start({
    projectName: 'app',
    sources: sources.map((key) => ({ name: key.replace('.zip', ''), bucket: 'bucket', key })),
    artifacts: [],
    sourceVersion: 'arn:aws:s3:::bucket/source.zip',
    resolvedSourceVersion: 'c'.repeat(40),
    initiator: 'codepipeline/app',
  });

/** Resolves when a build has written the line. */
async function line(text: string): Promise<void> {
  while (!rig.lines.includes(text)) await new Promise((resolve) => setImmediate(resolve));
}

test('further inputs are at CODEBUILD_SRC_DIR_<name> (B9)', async () => {
  rig.codeBuild.projects.create(projectSpec());
  await source('source.zip', { 'buildspec.yml': buildspec('cat "$CODEBUILD_SRC_DIR_Extra/note"') });
  await source('Extra.zip', { note: 'of the second input\n' });
  const { done } = await start(['source.zip', 'Extra.zip']);
  expect((await done).status).toBe('SUCCEEDED');
  expect(rig.lines).toContain('of the second input');
});

test('a build beyond its time limit is TIMED_OUT in its phase, and its processes are killed (B12)', async () => {
  const clock = new DrivenClock();
  await rig.end();
  rig = buildRig({ clock });
  rig.codeBuild.projects.create(projectSpec({ timeoutInMinutes: 5 }));
  await source('source.zip', { 'buildspec.yml': buildspec('echo waiting; sleep 1000') });
  const { buildId, done } = await start();
  await line('waiting');
  await clock.advance(5 * 60_000);
  expect(await done).toMatchObject({
    status: 'TIMED_OUT',
    failure: { phase: 'BUILD', message: 'Build has timed out. ', lastLines: ['waiting'] },
  });
  expect(rig.codeBuild.find(buildId)?.phases.map(({ phaseType, phaseStatus }) => [phaseType, phaseStatus])).toEqual(
    expect.arrayContaining([
      ['BUILD', 'TIMED_OUT'],
      ['FINALIZING', 'SUCCEEDED'],
    ]),
  );
  expect(rig.machines.running.size).toBe(0);
});

test('a stopped build is STOPPED, and its processes are killed', async () => {
  rig.codeBuild.projects.create(projectSpec());
  await source('source.zip', { 'buildspec.yml': buildspec('echo waiting; sleep 1000') });
  const { buildId, done } = await start();
  await line('waiting');
  const build = await rig.codeBuild.stopBuild(buildId);
  expect([build.status, (await done).status, build.failure?.phase]).toEqual(['STOPPED', 'STOPPED', 'BUILD']);
  expect(rig.machines.running.size).toBe(0);
});

test('builds run concurrently, each with its own directories', async () => {
  rig.codeBuild.projects.create(projectSpec());
  await source('source.zip', { 'buildspec.yml': buildspec('touch mine-$CODEBUILD_BUILD_NUMBER', 'ls mine-*', 'true') });
  const builds = await Promise.all(Array.from({ length: 4 }, () => start()));
  const outcomes = await Promise.all(builds.map(({ done }) => done));
  expect(outcomes.map(({ status }) => status)).toEqual(Array(4).fill('SUCCEEDED'));
  expect(rig.lines.filter((text) => text.startsWith('mine-')).sort()).toEqual(['mine-1', 'mine-2', 'mine-3', 'mine-4']);
  expect(readdirSync(join(rig.directory, 'builds'))).toEqual([]);
});

test('a local cache keeps directories for the next build; a concurrent build has another cache (B12)', async () => {
  rig.codeBuild.projects.create(projectSpec({ cache: { type: 'LOCAL', modes: ['LOCAL_CUSTOM_CACHE'] } }));
  const spec = `${buildspec('cat kept/note || true', 'echo "left by $CODEBUILD_BUILD_NUMBER" > kept/note')}
cache:
  paths: ['kept/**/*', '/root/.npm/**/*']
`;
  await source('source.zip', { 'buildspec.yml': spec });
  await (await start()).done;
  await (await start()).done;
  const both = await Promise.all([start(), start()]);
  await Promise.all(both.map(({ done }) => done));
  expect(rig.lines.filter((text) => text.startsWith('left by'))).toEqual(['left by 1', 'left by 2']);
  const [first, , ...concurrent] = rig.machines.specs.map(({ mounts }) => mounts.at(-1));
  expect(first?.target).toBe('/root/.npm');
  const places = new Set(concurrent.map((mount) => mount?.source));
  expect([places.size, places.has(first?.source)]).toEqual([2, true]);
});

test('a build of a killed runtime is FAILED after the next start, with the reason and without its files', async () => {
  rig.codeBuild.projects.create(projectSpec());
  await source('source.zip', { 'buildspec.yml': buildspec('echo waiting; sleep 1000') });
  const { buildId } = await start();
  await line('waiting');
  const after = rig.again();
  await after.recover();
  expect(after.outcome(buildId)).toMatchObject({
    status: 'FAILED',
    failure: { phase: 'BUILD', message: 'The local runtime ended while this build ran.' },
  });
  expect(existsSync(join(rig.directory, 'builds'))).toBe(false);
  expect(rig.events).toContainEqual(expect.objectContaining({ type: 'interruption-found', what: `build ${buildId}` }));
  mkdirSync(join(rig.directory, 'builds'), { recursive: true });
});

test('every finished phase is an event, with the reason if it failed', async () => {
  rig.codeBuild.projects.create(projectSpec());
  await source('source.zip', { 'buildspec.yml': buildspec('exit 2') });
  const { buildId, done } = await start();
  await done;
  expect(rig.events.filter(({ type }) => type === 'build-phase-finished')).toContainEqual(
    expect.objectContaining({
      project: 'app',
      buildId,
      phase: 'BUILD',
      status: 'FAILED',
      reason: 'Error while executing command: exit 2. Reason: exit status 2',
    }),
  );
});

test('a missing source fails DOWNLOAD_SOURCE with S3’s message', async () => {
  rig.codeBuild.projects.create(projectSpec());
  expect(await (await start()).done).toMatchObject({
    status: 'FAILED',
    failure: { phase: 'DOWNLOAD_SOURCE', message: expect.stringContaining('NoSuchKey: The specified key') },
  });
});

test('a role that CodeBuild may not assume fails PROVISIONING', async () => {
  rig.codeBuild.projects.create(projectSpec({ serviceRole: 'arn:aws:iam::000000000000:role/denied' }));
  await source('source.zip', { 'buildspec.yml': buildspec('true') });
  expect(await (await start()).done).toMatchObject({
    status: 'FAILED',
    failure: { phase: 'PROVISIONING', message: expect.stringContaining('sts:AssumeRole') },
  });
});

test('a machine that does not boot, or dies, is a FAULT', async () => {
  await rig.end();
  rig = buildRig({
    machines: {
      boot: () => Promise.reject(new Error('no user namespaces here')),
      remove: async () => {},
    },
  });
  rig.codeBuild.projects.create(projectSpec());
  await source('source.zip', { 'buildspec.yml': buildspec('true') });
  expect(await (await start()).done).toMatchObject({
    status: 'FAULT',
    failure: { phase: 'DOWNLOAD_SOURCE', message: 'no user namespaces here' },
  });
});

test('a project without a source uses its own buildspec', async () => {
  rig.codeBuild.projects.create(
    projectSpec({
      source: { type: 'NO_SOURCE', buildspec: buildspec('echo sourceless') },
      artifacts: { type: 'NO_ARTIFACTS' },
    }),
  );
  expect((await (await start([])).done).status).toBe('SUCCEEDED');
  expect(rig.lines).toContain('sourceless');
});

test('a hundred thousand lines of output are stored in order', async () => {
  rig.codeBuild.projects.create(projectSpec());
  await source('source.zip', { 'buildspec.yml': buildspec('seq 1 100000') });
  expect((await (await start()).done).status).toBe('SUCCEEDED');
  const numbers = rig.lines.filter((text) => /^\d+$/.test(text)).map(Number);
  expect(numbers).toEqual(Array.from({ length: 100_000 }, (_, index) => index + 1));
});

test('missing projects and builds are refused with CodeBuild’s message', async () => {
  await expect(start()).rejects.toThrow(
    'Project cannot be found: arn:aws:codebuild:eu-west-1:000000000000:project/app',
  );
  rig.codeBuild.projects.create(projectSpec());
  expect(() => rig.codeBuild.projects.create(projectSpec())).toThrow('Project already exists');
  await expect(rig.codeBuild.stopBuild('app:none')).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
});

test('a link in the source cannot reach a file of this machine', async () => {
  rig.codeBuild.projects.create(projectSpec());
  const secret = join(rig.directory, 'secret.yml');
  writeFileSync(secret, 'secret');
  const link = { path: 'buildspec.yml', kind: 'link' as const, mode: 0o777, data: Buffer.from(secret) };
  rig.objects.set('bucket/source.zip', await writeZip([link]));
  expect((await (await start()).done).failure?.message).toBe('YAML file does not exist');
});
