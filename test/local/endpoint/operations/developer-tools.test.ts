import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchGetBuildsCommand,
  BatchGetProjectsCommand,
  CodeBuildClient,
  ListBuildsForProjectCommand,
  ListProjectsCommand,
  StartBuildCommand,
  StopBuildCommand,
} from '@aws-sdk/client-codebuild';
import {
  CodeCommitClient,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  GetBranchCommand,
  GetCommitCommand,
  GetRepositoryCommand,
  ListBranchesCommand,
  ListRepositoriesCommand,
} from '@aws-sdk/client-codecommit';
import {
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { codeBuildOperations } from '../../../../local/endpoint/operations/codebuild';
import { codeCommitOperations } from '../../../../local/endpoint/operations/codecommit';
import { lambdaOperations } from '../../../../local/endpoint/operations/lambda';
import { singleScope } from '../../../../local/endpoint/options';
import { type Endpoint, startEndpoint } from '../../../../local/endpoint/server';
import { service } from '../../../../local/endpoint/service';
import { SystemClock } from '../../../../local/kernel/clock';
import type { Principal } from '../../../../local/kernel/principal';
import { CodeCommit } from '../../../../local/runtime/codecommit/codecommit';
import { room, testScope } from '../../../rig/room';
import { type BuildRig, buildRig, projectSpec } from '../../runtime/codebuild/build-rig';
import { functionSpec, type LambdaRig, lambdaRig } from '../../runtime/lambda/lambda-rig';

const principal: Principal = { kind: 'user', account: testScope.account, arn: 'arn:aws:iam::000000000000:user/me' };
const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };

let directory: string;
let builds: BuildRig;
let functions: LambdaRig;
let codeCommit: CodeCommit;
let endpoint: Endpoint;
let client: { endpoint: string; region: string; credentials: typeof credentials; maxAttempts: number };

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'developer-tools-'));
  builds = buildRig();
  functions = lambdaRig();
  const parts = room(new SystemClock());
  codeCommit = new CodeCommit({
    ...parts,
    directory: join(directory, 'repositories'),
    events: { publish: () => {} },
    access: { url: 'http://127.0.0.1:1' },
  });
  endpoint = await startEndpoint({
    ...parts,
    port: 0,
    credentials: () => ({ ...credentials, principal }),
    scope: singleScope(testScope),
    services: {
      codebuild: service(() => import('@aws-sdk/client-codebuild'), codeBuildOperations(builds.codeBuild)),
      codecommit: service(() => import('@aws-sdk/client-codecommit'), codeCommitOperations(codeCommit)),
      lambda: service(() => import('@aws-sdk/client-lambda'), lambdaOperations(functions.functions)),
    },
  });
  client = { endpoint: endpoint.url, region: testScope.region, credentials, maxAttempts: 1 };
});

afterEach(async () => {
  await endpoint.close();
  await Promise.all([builds.end(), functions.end(), codeCommit.stop()]);
  rmSync(directory, { recursive: true, force: true });
});

test('CodeCommit shows repositories, branches and commits, and refuses missing ones', async () => {
  const repositories = new CodeCommitClient(client);
  const created = await repositories.send(
    new CreateRepositoryCommand({ repositoryName: 'app', repositoryDescription: 'the app' }),
  );
  const work = join(directory, 'work');
  execFileSync('git', ['init', '--quiet', work]);
  const author = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com'];
  execFileSync('git', ['-C', work, ...author, 'commit', '--quiet', '--allow-empty', '-m', 'a "first"\n\nbody 🚢']);
  const { commitId } = await codeCommit.seed('app', work, 'main');

  const { repositoryMetadata } = await repositories.send(new GetRepositoryCommand({ repositoryName: 'app' }));
  expect(repositoryMetadata).toMatchObject({
    ...created.repositoryMetadata,
    defaultBranch: 'main',
    cloneUrlHttp: 'http://127.0.0.1:1/v1/repos/app',
    lastModifiedDate: expect.any(Date),
  });
  expect((await repositories.send(new ListRepositoriesCommand({}))).repositories).toHaveLength(1);
  expect((await repositories.send(new ListBranchesCommand({ repositoryName: 'app' }))).branches).toEqual(['main']);
  const { branch } = await repositories.send(new GetBranchCommand({ repositoryName: 'app', branchName: 'main' }));
  expect(branch).toEqual({ branchName: 'main', commitId });
  const { commit } = await repositories.send(new GetCommitCommand({ repositoryName: 'app', commitId }));
  expect(commit).toMatchObject({
    commitId,
    message: 'a "first"\n\nbody 🚢\n',
    author: { name: 'Ann', email: 'ann@example.com', date: expect.stringMatching(/^\d+ [+-]\d{4}$/) },
    parents: [],
  });
  await expect(
    repositories.send(new GetBranchCommand({ repositoryName: 'app', branchName: 'none' })),
  ).rejects.toMatchObject({ name: 'BranchDoesNotExistException' });
  await repositories.send(new DeleteRepositoryCommand({ repositoryName: 'app' }));
  await expect(repositories.send(new GetRepositoryCommand({ repositoryName: 'app' }))).rejects.toMatchObject({
    name: 'RepositoryDoesNotExistException',
    message: 'app does not exist',
  });
});

test('CodeBuild starts, shows and stops builds, and shows projects', async () => {
  const build = new CodeBuildClient(client);
  const buildspec = (command: string) => JSON.stringify({ version: 0.2, phases: { build: { commands: [command] } } });
  builds.codeBuild.projects.create(
    projectSpec({
      source: { type: 'NO_SOURCE', buildspec: buildspec('sleep 1000') },
      artifacts: { type: 'NO_ARTIFACTS' },
    }),
  );
  builds.codeBuild.projects.create(projectSpec({ name: 'of-the-pipeline' }));
  expect((await build.send(new ListProjectsCommand({}))).projects).toEqual(['app', 'of-the-pipeline']);
  const { projects, projectsNotFound } = await build.send(new BatchGetProjectsCommand({ names: ['app', 'none'] }));
  expect([projects?.[0]?.timeoutInMinutes, projectsNotFound]).toEqual([60, ['none']]);

  const { build: started } = await build.send(new StartBuildCommand({ projectName: 'app' }));
  expect(started).toMatchObject({
    projectName: 'app',
    buildNumber: 1,
    buildStatus: 'IN_PROGRESS',
    initiator: 'user/me',
  });
  const id = started?.id ?? '';
  expect((await build.send(new StopBuildCommand({ id }))).build).toMatchObject({ id, buildStatus: 'STOPPED' });
  expect((await build.send(new ListBuildsForProjectCommand({ projectName: 'app' }))).ids).toEqual([id]);
  const found = await build.send(new BatchGetBuildsCommand({ ids: [id, 'app:none'] }));
  expect([found.builds?.[0]?.phases?.at(-1)?.phaseType, found.buildsNotFound]).toEqual(['COMPLETED', ['app:none']]);

  await expect(build.send(new StartBuildCommand({ projectName: 'of-the-pipeline' }))).rejects.toMatchObject({
    name: 'InvalidInputException',
  });
  await expect(build.send(new StartBuildCommand({ projectName: 'none' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('Lambda invokes in all three modes, with the end of the log on request', async () => {
  const lambda = new LambdaClient(client);
  await functions.upload({
    'index.js': `exports.handler = async (event) => {
      console.log('heard', event.word);
      if (event.fail) throw new TypeError('no');
      return { said: event.word };
    };`,
  });
  await functions.functions.create(functionSpec({ variables: { A: '1' } }));
  const invoke = async (payload: object, further: object = {}) => {
    const Payload = Buffer.from(JSON.stringify(payload));
    const answer = await lambda.send(new InvokeCommand({ FunctionName: 'fn', Payload, ...further }));
    return { ...answer, Payload: answer.Payload?.transformToString() };
  };
  const answer = await invoke({ word: 'ünï' }, { LogType: 'Tail' });
  expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST', Payload: '{"said":"ünï"}' });
  expect(Buffer.from(answer.LogResult ?? '', 'base64').toString()).toMatch(/START.*heard ünï.*END.*REPORT/s);
  const failed = await invoke({ fail: true });
  expect([failed.FunctionError, JSON.parse(failed.Payload ?? '')]).toMatchObject([
    'Unhandled',
    { errorType: 'TypeError' },
  ]);
  expect((await invoke({ word: 'later' }, { InvocationType: 'Event' })).StatusCode).toBe(202);
  expect((await invoke({}, { InvocationType: 'DryRun' })).StatusCode).toBe(204);
  while (!functions.lines.some((line) => line.endsWith('heard later')))
    await new Promise((resolve) => setImmediate(resolve));

  const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: 'fn' }));
  expect(Configuration).toMatchObject({
    FunctionName: 'fn',
    Runtime: 'nodejs22.x',
    Environment: { Variables: { A: '1' } },
  });
  expect(await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'fn' }))).toMatchObject({ Timeout: 10 });
  expect((await lambda.send(new ListFunctionsCommand({}))).Functions).toHaveLength(1);
  await expect(lambda.send(new InvokeCommand({ FunctionName: 'none' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});
