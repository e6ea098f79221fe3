import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readZip, writeZip, type ZipSource } from '../../../../local/kernel/zip';
import type { BuildOutcome } from '../../../../local/runtime/codebuild/codebuild';
import type { ProjectSpec } from '../../../../local/runtime/codebuild/projects';
import type { Build, EnvironmentVariable } from '../../../../local/runtime/codebuild/records';
import { behaviours, casesOf } from '../../../rig/cases';
import { type BuildRig, buildRig, projectSpec } from './build-rig';
import { rewriter } from './host-machines';

/*
 * A case is a folder. Its files are the source of the build. The first line of buildspec.yml is the title. request.json
 * has the parameters of the build, and expected.txt its result.
 */

interface Request {
  project?: Partial<ProjectSpec>;
  environment?: EnvironmentVariable[];
  /** Names of the output artifacts. */
  artifacts?: string[];
}

const OWN_FILES = new Set(['expected.txt', 'request.json']);

const cases = behaviours('buildspec-')
  .flatMap(casesOf)
  .map((one) => ({ one, title: (one.file('buildspec.yml') ?? '').split('\n')[0]?.replace(/^# /, '') ?? one.title }));

let rig: BuildRig;
beforeEach(() => {
  rig = buildRig();
});
afterEach(() => rig.end());

test.each(cases)('$title', async ({ one }) => {
  const request = JSON.parse(one.file('request.json') ?? '{}') as Request;
  rig.codeBuild.projects.create(projectSpec(request.project));
  rig.objects.set('bucket/source.zip', await writeZip(sourceOf(one.folder)));
  const { buildId, done } = await rig.codeBuild.start({
    projectName: 'app',
    sources: [{ name: 'Source', bucket: 'bucket', key: 'source.zip' }],
    artifacts: (request.artifacts ?? []).map((name) => ({ name, bucket: 'bucket', key: `out/${name}` })),
    environment: request.environment ?? [],
    sourceVersion: 'arn:aws:s3:::bucket/source.zip',
    resolvedSourceVersion: 'c'.repeat(40),
    initiator: 'codepipeline/app',
  });
  one.expectText(report(await done, rig.codeBuild.find(buildId)!));
});

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
