import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Annotations, App, CfnParameter, Stack, Stage } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { allStacks, readAssembly } from '../../../local/assembly/assembly';
import { assetIn, inScope } from '../../../local/assembly/assets';
import { testScope } from '../../rig/room';

let directory: string;
let app: App;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'assembly-'));
  app = new App({ outdir: join(directory, 'cdk.out'), analyticsReporting: false });
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function stack(scope: App | Stage, id: string, props: ConstructorParameters<typeof Stack>[2] = {}): Stack {
  const made = new Stack(scope, id, props);
  new StringParameter(made, 'Parameter', { stringValue: id });
  return made;
}

describe('a cloud assembly', () => {
  test('gives its stacks in the order of their dependencies', () => {
    const last = stack(app, 'Last');
    const middle = stack(app, 'Middle');
    last.addStackDependency(middle);
    middle.addStackDependency(stack(app, 'First'));
    app.synth();
    const { stacks } = readAssembly(join(directory, 'cdk.out'));
    expect(stacks.map(({ id }) => id)).toEqual(['First', 'Middle', 'Last']);
    expect(stacks[2]?.dependencies).toEqual(['Middle']);
  });

  test('gives a stack its name, template, tags, place and protection', () => {
    const env = { account: '111111111111', region: 'eu-west-1' };
    const made = stack(app, 'One', { stackName: 'shop-one', tags: { team: 'a' }, env, terminationProtection: true });
    const given = new CfnParameter(made, 'Given', { default: 'x' });
    new StringParameter(made, 'Kept', { stringValue: given.valueAsString });
    app.synth();
    const [one] = readAssembly(join(directory, 'cdk.out')).stacks;
    expect(one).toMatchObject({
      id: 'One',
      displayName: expect.stringContaining('One'),
      stackName: 'shop-one',
      templateFile: join(directory, 'cdk.out', 'One.template.json'),
      tags: { team: 'a' },
      parameters: {},
      environment: env,
      terminationProtection: true,
    });
    expect(JSON.parse(one?.templateBody ?? '').Parameters.Given).toEqual({ Type: 'String', Default: 'x' });
  });

  test('leaves the account and region open if synthesis left them open', () => {
    stack(app, 'Anywhere');
    app.synth();
    const [anywhere] = readAssembly(join(directory, 'cdk.out')).stacks;
    expect(anywhere?.environment).toEqual({});
    expect(inScope(testScope, anywhere?.executionRoleArn ?? '')).toBe(
      'arn:aws:iam::000000000000:role/cdk-hnb659fds-cfn-exec-role-000000000000-eu-west-1',
    );
  });

  test('keeps the stacks of a stage apart', () => {
    stack(app, 'Own');
    stack(new Stage(app, 'commit'), 'image');
    app.synth();
    const assembly = readAssembly(join(directory, 'cdk.out'));
    expect(assembly.stacks.map(({ stackName }) => stackName)).toEqual(['Own']);
    expect(assembly.stages.map(({ name }) => name)).toEqual(['commit']);
    expect(assembly.stages[0]?.assembly.stacks.map((one) => [one.displayName, one.stackName])).toEqual([
      ['commit/image', 'commit-image'],
    ]);
    expect(allStacks(assembly).map(({ stackName }) => stackName)).toEqual(['Own', 'commit-image']);
  });

  test('names the assets of a stack, its template among them, with their location in a scope', () => {
    const made = stack(app, 'One');
    writeFileSync(join(directory, 'file.txt'), 'text');
    new Asset(made, 'File', { path: join(directory, 'file.txt') });
    new Asset(made, 'Directory', { path: __dirname });
    app.synth();
    const [one] = readAssembly(join(directory, 'cdk.out')).stacks;
    const assets = (one?.assets ?? []).map((asset) => assetIn(testScope, asset));
    expect(assets.map(({ packaging }) => packaging).sort()).toEqual(['file', 'file', 'zip']);
    expect(new Set(assets.map(({ bucketName }) => bucketName))).toEqual(
      new Set(['cdk-hnb659fds-assets-000000000000-eu-west-1']),
    );
    expect(assets.map(({ sourcePath }) => sourcePath)).toContain(one?.templateFile);
    for (const { id, objectKey } of assets) expect(objectKey).toContain(id);
  });

  test('is refused with the missing context', () => {
    Stack.of(stack(app, 'One', { env: { account: '111111111111', region: 'eu-west-1' } })).availabilityZones;
    app.synth();
    expect(() => readAssembly(join(directory, 'cdk.out'))).toThrow(
      /manifest.json: lacks values that must be looked up in an account: availability-zones:account=111111111111:region=eu-west-1/,
    );
  });

  test('is refused with the errors that its author added', () => {
    Annotations.of(stack(app, 'One')).addError('no such size');
    app.synth();
    expect(() => readAssembly(join(directory, 'cdk.out'))).toThrow(
      '/One: no such size — correct it and synthesize again',
    );
  });

  test('is refused if the directory has none', () => {
    expect(() => readAssembly(directory)).toThrow(
      `${directory}: is not a cloud assembly — run \`npm run synth\` first`,
    );
  });

  test('is refused if it needs a container image', () => {
    stack(app, 'One');
    app.synth();
    const file = join(directory, 'cdk.out', 'One.assets.json');
    writeFileSync(file, JSON.stringify({ files: {}, dockerImages: { abc: {} } }));
    expect(() => readAssembly(join(directory, 'cdk.out'))).toThrow(
      'The container image asset abc of One.assets is not supported by the local runtime.',
    );
  });
});
