import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../../local/commands/synthesize';

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'synthesize-'));
});
afterEach(() => rmSync(project, { recursive: true }));

const cdkJson = (content: object) => writeFileSync(join(project, 'cdk.json'), JSON.stringify(content));

test('the app runs as the CDK CLI runs it: in the project, with its output directory and context', async () => {
  cdkJson({ app: 'pwd > said; echo "$CDK_OUTDIR $CDK_CONTEXT_JSON" >> said', context: { name: 'a "quoted" one' } });
  await synthesize(project, '/somewhere/cdk.out');
  expect(readFileSync(join(project, 'said'), 'utf8').split('\n')).toEqual([
    project,
    '/somewhere/cdk.out {"name":"a \\"quoted\\" one"}',
    '',
  ]);
});

test('the app sees none of the caller’s AWS settings', async () => {
  process.env['AWS_PROFILE'] = 'production';
  process.env['CDK_DEFAULT_ACCOUNT'] = '123456789012';
  cdkJson({ app: "env | grep -E '^(AWS|CDK)_' | sort | cut -d= -f1 > said" });
  await synthesize(project, project);
  expect(readFileSync(join(project, 'said'), 'utf8').trim().split('\n')).toEqual([
    'AWS_CONFIG_FILE',
    'AWS_EC2_METADATA_DISABLED',
    'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED',
    'AWS_SHARED_CREDENTIALS_FILE',
    'CDK_CONTEXT_JSON',
    'CDK_OUTDIR',
  ]);
});

test('a failed app is reported with its output', async () => {
  cdkJson({ app: 'echo settings.ts: environments[1].name; echo is taken >&2; exit 3' });
  await expect(synthesize(project, project)).rejects.toMatchObject({
    name: 'UserMistake',
    what: expect.stringMatching(/^failed with exit code 3\n(.*\n)*is taken$/),
  });
  await expect(synthesize(project, project)).rejects.toThrow('settings.ts: environments[1].name');
});

test('a project without cdk.json, or with one that names no app, is refused by file', async () => {
  await expect(synthesize(project, project)).rejects.toThrow(`${project}/cdk.json: is missing`);
  cdkJson({ context: {} });
  await expect(synthesize(project, project)).rejects.toThrow(`${project}/cdk.json: names no app`);
});
