import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readZip, writeZip, type ZipSource } from '../../../../local/kernel/zip';
import type { BuildOutcome } from '../../../../local/runtime/codebuild/codebuild';
import type { ProjectSpec } from '../../../../local/runtime/codebuild/projects';
import type { Build, EnvironmentVariable } from '../../../../local/runtime/codebuild/records';
import { type BuildRig, buildRig, projectSpec } from './build-rig';
import { rewriter } from './host-machines';

/*
 * A case is a folder: everything in it is the source, its buildspec.yml begins with the title, request.json says what
 * the build is started with, and expected.txt is the outcome. UPDATE_EXPECT=1 writes the outcomes anew.
 */

interface Request {
  project?: Partial<ProjectSpec>;
  environment?: EnvironmentVariable[];
  /** Names of the output artifacts. */
  artifacts?: string[];
}

const CASES = join(__dirname, '../../../cases');
const OWN_FILES = new Set(['expected.txt', 'request.json']);

const folders = readdirSync(CASES)
  .filter((name) => name.startsWith('buildspec-'))
  .flatMap((name) => readdirSync(join(CASES, name)).map((leaf) => join(CASES, name, leaf)));
const cases = folders.map((folder) => ({ folder, title: titleOf(folder) }));

let rig: BuildRig;
beforeEach(() => {
  rig = buildRig();
});
afterEach(() => rig.end());

test.each(cases)('$title', async ({ folder }) => {
  const request: Request = existsSync(join(folder, 'request.json'))
    ? (JSON.parse(readFileSync(join(folder, 'request.json'), 'utf8')) as Request)
    : {};
  rig.codeBuild.projects.create(projectSpec(request.project));
  rig.objects.set('bucket/source.zip', await writeZip(sourceOf(folder)));
  const { buildId, done } = await rig.codeBuild.start({
    projectName: 'app',
    sources: [{ name: 'Source', bucket: 'bucket', key: 'source.zip' }],
    artifacts: (request.artifacts ?? []).map((name) => ({ name, bucket: 'bucket', key: `out/${name}` })),
    environment: request.environment ?? [],
    sourceVersion: 'arn:aws:s3:::bucket/source.zip',
    resolvedSourceVersion: 'c'.repeat(40),
    initiator: 'codepipeline/app',
  });
  const actual = report(await done, rig.codeBuild.find(buildId)!);
  const file = join(folder, 'expected.txt');
  if (process.env['UPDATE_EXPECT']) writeFileSync(file, actual);
  expect(actual).toBe(readFileSync(file, 'utf8'));
});

function titleOf(folder: string): string {
  const [line = ''] = readFileSync(join(folder, 'buildspec.yml'), 'utf8').split('\n');
  return line.replace(/^# /, '');
}

function sourceOf(folder: string): ZipSource[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => !OWN_FILES.has(name));
  return files
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => {
      const file = join(folder, name);
      return {
        path: relative(folder, file),
        kind: 'file',
        mode: statSync(file).mode & 0o777,
        data: readFileSync(file),
      };
    });
}

function report(outcome: BuildOutcome, build: Build): string {
  const sections = [
    `status: ${outcome.status}`,
    `exported: ${JSON.stringify(outcome.exportedVariables)}`,
    ...(outcome.failure ? ['failure:', JSON.stringify(outcome.failure, null, 2)] : []),
    'phases:',
    ...build.phases.map(({ phaseType, phaseStatus }) => `  ${phaseType} ${phaseStatus ?? ''}`.trimEnd()),
    'artifacts:',
    ...artifacts(),
    'log:',
    ...rig.lines,
  ];
  return `${normalized(sections.join('\n'))}\n`;
}

function artifacts(): string[] {
  return [...rig.objects]
    .filter(([key]) => key.startsWith('bucket/out/'))
    .flatMap(([key, body]) => [
      `  ${key.replace('bucket/out/', '')}`,
      ...readZip(body).map(({ path, kind, mode }) => `    ${mode.toString(8)} ${kind} ${path}`),
    ]);
}

/** Paths as they are inside, no times, and the same numbers every time. */
function normalized(text: string): string {
  const [spec] = rig.machines.specs;
  const inside = spec ? spec.mounts.reduce((all, { source, target }) => all.replaceAll(source, target), text) : text;
  return (spec ? rewriter({ ...spec, mounts: [] })(inside) : inside)
    .replace(/\[Container\] \S+ \S+/g, '[Container]')
    .replace(/\/src\d+\//g, '/src1/')
    .replace(/\/tmp\/tmp\.\w+/g, '/tmp/tmp.X')
    .replaceAll(process.versions.node, 'NODE');
}
