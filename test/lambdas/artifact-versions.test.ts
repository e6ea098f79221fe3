import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { artifactVersions, refuseReplacedArtifacts } from '../../lambdas/artifact-versions';
import { Parameters } from '../../lambdas/parameters';
import type { Job } from '../../lambdas/pipeline-job';

/** The version that each object is at; one without is in a bucket that keeps none. */
let objects: Record<string, string | undefined>;
const asked: string[] = [];
const s3 = createServer((request, response) => {
  const path = (request.url ?? '').replace(/\?.*$/, '');
  asked.push(`${request.method} ${path} by ${/Credential=(\w+)/.exec(request.headers.authorization ?? '')?.[1]}`);
  const version = objects[path];
  response.writeHead(path in objects ? 200 : 404, version ? { 'x-amz-version-id': version } : {}).end();
});

beforeAll(async () => {
  s3.listen(0, '127.0.0.1');
  await once(s3, 'listening');
  const { port } = s3.address() as AddressInfo;
  Object.assign(process.env, { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, AWS_REGION: 'eu-west-1' });
});
afterAll(async () => {
  s3.closeAllConnections();
  s3.close();
  await once(s3, 'close');
});
beforeEach(() => {
  asked.length = 0;
  objects = { '/artifacts/greeter/App/a1': 'v-1', '/artifacts/greeter/Templates/t1': 'v-2' };
});

const job = (parameters: object): Job => ({
  id: 'j',
  state: {},
  parameters: new Parameters(JSON.stringify(parameters)),
  artifacts: [
    { name: 'App', bucket: 'artifacts', key: 'greeter/App/a1' },
    { name: 'Templates', bucket: 'artifacts', key: 'greeter/Templates/t1' },
  ],
  artifactCredentials: { accessKeyId: 'AKIAOFTHEJOB', secretAccessKey: 'secret', sessionToken: 'token' },
});
const PINNED = { AppVersionId: 'v-1', TemplatesVersionId: 'v-2' };

test('the version of each artifact is reported, read with the credentials of the job', async () => {
  expect(await artifactVersions(job({}))).toEqual(PINNED);
  expect(asked.sort()).toEqual([
    'HEAD /artifacts/greeter/App/a1 by AKIAOFTHEJOB',
    'HEAD /artifacts/greeter/Templates/t1 by AKIAOFTHEJOB',
  ]);
});

test('unchanged artifacts pass, and an action without artifacts reads none', async () => {
  await refuseReplacedArtifacts(job(PINNED));
  await refuseReplacedArtifacts({ ...job({}), artifacts: [] });
});

test('a replaced artifact is refused with its location and its versions', async () => {
  objects['/artifacts/greeter/Templates/t1'] = 'v-9';
  await expect(refuseReplacedArtifacts(job(PINNED))).rejects.toMatchObject({
    name: 'ArtifactReplaced',
    message: expect.stringMatching(
      /^the artifact Templates of this execution was replaced .*\(s3:\/\/artifacts\/greeter\/Templates\/t1 is version v-9, and was v-2\)/,
    ),
  });
});

test('a missing version, and a bucket without versioning, are refused', async () => {
  await expect(refuseReplacedArtifacts(job({ AppVersionId: 'v-1' }))).rejects.toThrow(
    'UserParameters.TemplatesVersionId is not the version id of an object',
  );
  objects['/artifacts/greeter/App/a1'] = undefined;
  await expect(refuseReplacedArtifacts(job(PINNED))).rejects.toThrow(
    'the bucket of the artifact App, artifacts, keeps no versions',
  );
});
