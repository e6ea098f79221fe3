import { readZip, writeZip } from '../../../../local/kernel/zip';
import { describeWithSandbox, type SandboxRig, sandboxRig } from '../../../rig/sandbox';
import { type BuildRig, buildRig, projectSpec } from './build-rig';

describeWithSandbox('a build in a sandbox', () => {
  let sandbox: SandboxRig;
  let rig: BuildRig;
  beforeEach(() => {
    sandbox = sandboxRig();
    rig = buildRig({ machines: sandbox.sandboxes });
    rig.codeBuild.projects.create(projectSpec({ cache: { type: 'LOCAL', modes: ['LOCAL_CUSTOM_CACHE'] } }));
  });
  afterEach(async () => {
    await rig.end();
    await sandbox.end();
  });

  async function build(spec: string, artifacts: string[] = []) {
    const data = Buffer.from(spec);
    rig.objects.set('bucket/source.zip', await writeZip([{ path: 'buildspec.yml', kind: 'file', mode: 0o644, data }]));
    const { done } = await rig.codeBuild.start({
      projectName: 'app',
      sources: [{ name: 'Source', bucket: 'bucket', key: 'source.zip' }],
      artifacts: artifacts.map((name) => ({ name, bucket: 'bucket', key: `out/${name}` })),
      sourceVersion: 'arn:aws:s3:::bucket/source.zip',
      resolvedSourceVersion: 'c'.repeat(40),
      initiator: 'codepipeline/app',
    });
    return done;
  }

  test('runs as root in /codebuild/output/src…/src, changes nothing on this machine, and finds its programs (B11)', async () => {
    const outcome = await build(`version: 0.2
phases:
  build:
    commands:
      - echo "$PWD" | sed -E 's/[0-9]+/N/'
      - id -un; echo $HOME
      - touch /etc/made-by-a-build /opt/made-by-a-build
      - node --version > /dev/null && echo node
      - echo "$AWS_ENDPOINT_URL"
      - echo oops > /dev/stderr
      - exit 3
`);
    expect(outcome).toMatchObject({ status: 'FAILED', failure: { phase: 'BUILD', command: 'exit 3', exitCode: 3 } });
    expect(rig.lines.filter((line) => !line.startsWith('[Container]'))).toEqual([
      '/codebuild/output/srcN/src',
      'root',
      '/root',
      'node',
      'http://127.0.0.1:1',
      'oops',
    ]);
  });

  test('keeps caches for the next build, absolute and relative to the source (B12)', async () => {
    const spec = `version: 0.2
phases:
  build:
    commands:
      - cat /root/.npm/note deps/note || true
      - echo home > /root/.npm/note
      - echo here > deps/note
cache:
  paths: ['/root/.npm/**/*', 'deps/**/*']
`;
    expect((await build(spec)).status).toBe('SUCCEEDED');
    expect((await build(spec)).status).toBe('SUCCEEDED');
    expect(rig.lines.filter((line) => line === 'home' || line === 'here')).toEqual(['home', 'here']);
  });

  test('changes the user of a phase with run-as, and keeps the state of the shell (B12)', async () => {
    const outcome = await build(`version: 0.2
phases:
  install:
    commands:
      - id nobody > /dev/null || exit 9
      - export KEPT=yes
      - mkdir shared && chmod 777 shared && cd shared
  build:
    run-as: nobody
    commands:
      - id -un; echo "$KEPT"; basename "$PWD"
      - export LATER=too; touch by-nobody
  post_build:
    commands:
      - id -un; echo "$LATER"
      - stat -c %U by-nobody
`);
    expect(outcome.failure).toBeUndefined();
    const said = rig.lines.filter((line) => !line.startsWith('[Container]'));
    expect(said).toEqual(['nobody', 'yes', 'shared', 'root', 'too', 'nobody']);
  });

  test('copies artifacts out of the sandbox, from the source and from other directories (B8)', async () => {
    const outcome = await build(
      `version: 0.2
phases:
  build:
    commands:
      - mkdir -p dist /opt/elsewhere/deep
      - echo here > dist/here && chmod 755 dist/here
      - echo there > /opt/elsewhere/deep/there
artifacts:
  files: ['**/*']
  secondary-artifacts:
    Here: {base-directory: dist, files: ['**/*']}
    There: {base-directory: /opt/elsewhere, files: ['**/*']}
`,
      ['Here', 'There'],
    );
    expect(outcome.failure).toBeUndefined();
    const listing = (name: string) =>
      readZip(rig.objects.get(`bucket/out/${name}`)!).map(({ path, mode }) => `${mode.toString(8)} ${path}`);
    expect([listing('Here'), listing('There')]).toEqual([['755 here'], ['644 deep/there']]);
  });

  test('runs beside others, and leaves no process and no file', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 3 }, () => build('version: 0.2\nphases: {build: {commands: [sleep 0.1 & echo ok]}}\n')),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
  });
});
