import { underLoad } from '../rig/load';
import { Project } from '../rig/project';
import { Runtime } from '../rig/runtime';
import { describeWithSandbox } from '../rig/sandbox';

/** Returns the greeting page's text about the server that answered. */
async function ask(url: string): Promise<{ greeting: string; version: string; commit: string; environment: string }> {
  const text = await (await fetch(url)).text();
  const value = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1] ?? '';
  const [greeting = '', environment = ''] = text.split('\n')[0]?.split(' from ') ?? [];
  return { greeting, environment, version: value('version'), commit: value('commit') };
}

const minutes = 60_000;

const QA =
  "{ name: 'qa', network: { cidr: '10.1.0.0/16' }, fleet: { instanceType: 't4g.micro', min: 1, max: 2, batch: 1 } },";

describeWithSandbox('a runtime that stays up', () => {
  const project = new Project();
  const runtime = new Runtime(project);

  /** The commands that the first run has printed. */
  const printed = { settings: '', ending: '' };

  const dev = async () => {
    const [environment] = (await runtime.status()).environments;
    if (!environment) throw new Error('there is no environment');
    return environment;
  };
  afterEach(() => project.repair());

  const patch = (version: string | undefined) => Number(version?.split('.')[2]);

  beforeAll(async () => {
    expect(await runtime.start()).toBe('succeeded');
    printed.settings = (await runtime.line(/^changed settings: /)).replace('changed settings: ', '');
    printed.ending = (await runtime.line(/ ends it$/)).replace(/^.* or (npx server-pipeline down.*) ends it$/, '$1');
  }, 5 * minutes);

  afterAll(async () => {
    await runtime.remove();
    project.remove();
  }, minutes);

  test('serves the first commit', async () => {
    const { url, imageVersion, instances } = await dev();
    expect(await ask(url)).toMatchObject({
      environment: 'dev',
      version: imageVersion,
      commit: project.git('rev-parse', 'HEAD'),
    });
    expect(instances.map(({ state }) => state)).toEqual(['InService', 'InService']);
  });

  test(
    'a commit under 500 requests/s replaces every server in batches, and every request succeeds',
    async () => {
      const before = await dev();
      project.edit('app-src/src/application.ts', (text) => text.replace("GREETING = 'Hello'", "GREETING = 'Good day'"));
      const { value, load } = await underLoad(before.url, 500, () => runtime.deliver('Greet more politely'));
      expect(runtime.output).toMatch(/succeeded/);
      expect(value).toBe('succeeded');
      const after = await dev();
      expect(patch(after.imageVersion)).toBe(patch(before.imageVersion) + 1);
      expect(await ask(after.url)).toMatchObject({ greeting: 'Good day', version: after.imageVersion });
      const old = new Set(before.instances.map(({ id }) => id));
      expect(after.instances.filter(({ id }) => old.has(id))).toEqual([]);
      expect(load.failed).toBe(0);
      expect(load.requests).toBeGreaterThan(1000);
    },
    3 * minutes,
  );

  test(
    'a commit that adds an environment before its deployment is refused in Synth, and the fleet serves on',
    async () => {
      const before = await dev();
      project.break('infra/settings.ts', (text) => text.replace('environments: [', `environments: [\n    ${QA}`));
      expect(await runtime.deliver('Add qa')).toBe('failed');
      expect(await runtime.cause()).toMatch(
        /environment "qa" is in this commit but not in the deployed pipeline: deploy it first with "npx cdk deploy --all"/,
      );
      expect(await dev()).toMatchObject({ imageVersion: before.imageVersion, instances: before.instances });
    },
    3 * minutes,
  );

  test(
    'a commit with a failing unit test fails with the command that failed, and the fleet serves on',
    async () => {
      const before = await dev();
      project.break('app-src/src/application.ts', (text) =>
        text.replace("? 200 : 503, ready ? 'ready'", "? 204 : 503, ready ? 'ready'"),
      );
      expect(await runtime.deliver('Break a test')).toBe('failed');
      expect(runtime.output).toMatch(/npm test/);
      expect(runtime.output).toMatch(/is ready only after it reports that it is ready/);
      expect(runtime.output).not.toMatch(/Version \//);
      expect(await dev()).toMatchObject({ imageVersion: before.imageVersion, instances: before.instances });
    },
    3 * minutes,
  );

  test(
    'a commit whose service cannot start fails in the bake, and the next good commit succeeds without repair',
    async () => {
      const before = await dev();
      project.break('app-src/src/server.ts', (text) =>
        text.replace('main().catch(fail);', "fail(new Error('no database'));\nmain().catch(fail);"),
      );
      expect(await runtime.deliver('A service that cannot start')).toBe('failed');
      expect(await runtime.cause()).toMatch(/^Bake \/ Image: .*no database.* \(log: /);
      expect((await dev()).instances).toEqual(before.instances);
      expect((await runtime.status()).images.map(({ version }) => version)).not.toContain(
        `1.0.${patch(before.imageVersion) + 1}`,
      );

      project.repair();
      expect(await runtime.deliver('Take it back')).toBe('succeeded');
      expect(patch((await dev()).imageVersion)).toBeGreaterThan(patch(before.imageVersion));
    },
    4 * minutes,
  );

  test(
    'a commit that starts in the bake but not in the environment is rolled back, and every request succeeds',
    async () => {
      const before = await dev();
      project.breakIn('dev', "throw new Error('not in dev')");
      const { value, load } = await underLoad(before.url, 200, () => runtime.deliver('A service that hates dev'));
      expect(value).toBe('failed');
      expect(runtime.output).toMatch(/^reason: .*FAILURE signal/m);
      expect(await runtime.cause()).toMatch(/^dev \/ Roll: .*not in dev.* \(log: /);
      expect(load.failed).toBe(0);
      expect(await ask(before.url)).toMatchObject({ version: before.imageVersion });
      expect((await dev()).imageVersion).toBe(before.imageVersion);
    },
    4 * minutes,
  );

  test.each([
    [
      'quotes, several lines, emoji, a variable reference and an injected parameter',
      'Say "hi" \'there\' 🚀 #{SourceVariables.CommitId} ","ImageId":"ami-0\n\nA body\nof several lines\n',
    ],
    ['100 kB of text', `Long\n\n${'lorem ipsum '.repeat(8500)}`],
    ['nothing', ''],
  ])(
    'a commit with %s in its message is deployed, and its image has valid tags',
    async (_title, message) => {
      expect(await runtime.deliver(message)).toBe('succeeded');
      expect((await ask((await dev()).url)).commit).toBe(project.git('rev-parse', 'HEAD'));
    },
    2 * minutes,
  );

  test(
    'an environment is added to a running pipeline as on AWS: commit, deploy with the CDK CLI, push',
    async () => {
      const before = await dev();
      project.edit('infra/settings.ts', (text) => text.replace('environments: [', `environments: [\n    ${QA}`));
      project.commit('Add qa');
      const deploy = `${printed.settings} --require-approval never --no-notices`;
      expect(await runtime.paste(deploy)).toMatch(/✅ {2}qa-environment/);
      expect((await dev()).instances).toEqual(before.instances);
      expect(await runtime.deliver('Into qa')).toBe('succeeded');
      // Its entry is the first in the settings.
      const qa = (await runtime.status()).environments.find(({ name }) => name === 'qa');
      expect(await ask(qa?.url ?? '')).toMatchObject({ environment: 'qa', version: (await dev()).imageVersion });
      expect(runtime.output).not.toMatch(/out of date/);
    },
    4 * minutes,
  );

  test(
    'the printed command ends the run',
    async () => {
      expect(await runtime.paste(printed.ending)).toMatch(/^ended the runtime/m);
    },
    minutes,
  );
});
