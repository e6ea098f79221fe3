import { codeBuildProject } from '../../../local/providers/codebuild-project';
import { type BuildRig, buildRig } from '../runtime/codebuild/build-rig';
import { givenTags, providerContext } from './provider-context';

const ROLE = 'arn:aws:iam::000000000000:role/build';

let rig: BuildRig;
beforeEach(() => {
  rig = buildRig();
});
afterEach(() => rig.end());

const properties = {
  ServiceRole: ROLE,
  Source: { Type: 'CODEPIPELINE', BuildSpec: 'buildspecs/compile.yml' },
  Artifacts: { Type: 'CODEPIPELINE' },
  Environment: { Type: 'ARM_CONTAINER', Image: 'image', ComputeType: 'BUILD_GENERAL1_SMALL' },
};

test('a project is created, changed and deleted; numbers may be texts', async () => {
  const provider = codeBuildProject(rig.codeBuild);
  const ctx = providerContext();
  const made = await provider.create(ctx, { ...properties, TimeoutInMinutes: '30' });
  expect([made, ctx.made]).toEqual([
    {
      physicalId: 'demo-Thing-1A2B3C',
      attributes: {
        Arn: 'arn:aws:codebuild:eu-west-1:000000000000:project/demo-Thing-1A2B3C',
        Id: 'demo-Thing-1A2B3C',
      },
    },
    ['demo-Thing-1A2B3C'],
  ]);
  expect(rig.codeBuild.projects.get(made.physicalId)).toMatchObject({
    timeoutInMinutes: 30,
    source: { type: 'CODEPIPELINE', buildspec: 'buildspecs/compile.yml' },
    logs: { enabled: true, group: '/aws/codebuild/demo-Thing-1A2B3C' },
    cache: { type: 'NO_CACHE', modes: [] },
    tags: givenTags,
  });
  const next = { ...properties, Cache: { Type: 'LOCAL', Modes: ['LOCAL_CUSTOM_CACHE'] } };
  await provider.update?.(ctx, { ...made, properties }, next);
  expect(rig.codeBuild.projects.get(made.physicalId).cache.type).toBe('LOCAL');
  await provider.delete(ctx, { ...made, properties: next });
  expect(rig.codeBuild.projects.list()).toEqual([]);
});

test('properties that a local build would ignore are refused by path', () => {
  const refused = codeBuildProject(rig.codeBuild).refuse?.({
    Source: { Type: 'GITHUB', GitCloneDepth: 1 },
    Artifacts: { Type: 'S3' },
    Environment: { ...properties.Environment, Type: 'WINDOWS_SERVER_2022_CONTAINER', PrivilegedMode: 'true' },
    Cache: { Type: 'S3', Location: 'bucket' },
  });
  expect(refused?.map((line) => line.split(':')[0])).toEqual([
    'Source.GitCloneDepth',
    'Cache.Location',
    'Source.Type',
    'Artifacts.Type',
    'Environment.Type',
    'Cache.Type',
    'Environment.PrivilegedMode',
  ]);
  expect(codeBuildProject(rig.codeBuild).refuse?.(properties)).toEqual([]);
});
