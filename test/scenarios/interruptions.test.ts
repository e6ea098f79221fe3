import * as cloudFormation from '@aws-sdk/client-cloudformation';
import * as codeBuild from '@aws-sdk/client-codebuild';
import * as codePipeline from '@aws-sdk/client-codepipeline';
import * as ssm from '@aws-sdk/client-ssm';
import { Project } from '../rig/project';
import { Runtime } from '../rig/runtime';
import { describeWithSandbox } from '../rig/sandbox';
import { NOTHING, namespacesBelow, tracesLeft } from '../rig/traces';

const minutes = 60_000;

/** One state, from its first commit on: each test continues after the one before it. */
describeWithSandbox('a first commit that cannot start, and a runtime that is killed at every stage', () => {
  const project = new Project({ quickBuilds: true });
  const runtime = new Runtime(project);
  const edit = (file: string, from: string, to: string) => project.edit(file, (text) => text.replace(from, to));

  /** `kill -9`, while machines run. Nothing of them outlives it. */
  const crash = async () => {
    const made = namespacesBelow(runtime.pid);
    expect(made.namespaces).not.toEqual([]);
    await runtime.kill();
    expect(await tracesLeft(runtime.state, made)).toEqual(NOTHING);
  };

  const dev = async () => (await runtime.status()).environments[0];

  /** Returns the settings for the SDK's clients, while the runtime is up. */
  const access = async () => {
    const { endpoint, region, credentials } = await runtime.status();
    return { endpoint, region, credentials, maxAttempts: 1 };
  };

  /** Returns the statuses of the stack, the latest first. */
  const courseOf = async (StackName: string) => {
    const client = new cloudFormation.CloudFormationClient(await access());
    const { StackEvents = [] } = await client.send(new cloudFormation.DescribeStackEventsCommand({ StackName }));
    return StackEvents.filter((event) => event.PhysicalResourceId === event.StackId).map(
      (event) => event.ResourceStatus,
    );
  };

  const buildStatuses = async () => {
    const client = new codeBuild.CodeBuildClient(await access());
    const { ids } = await client.send(new codeBuild.ListBuildsCommand({}));
    const { builds = [] } = await client.send(new codeBuild.BatchGetBuildsCommand({ ids }));
    return new Set(builds.map(({ buildStatus }) => buildStatus));
  };

  /** By execution, the latest first: its result, and its version if it got one. */
  const executions = async () => {
    const client = new codePipeline.CodePipelineClient(await access());
    const pipelineName = 'greeter';
    const { pipelineExecutionSummaries = [] } = await client.send(
      new codePipeline.ListPipelineExecutionsCommand({ pipelineName }),
    );
    const { actionExecutionDetails = [] } = await client.send(
      new codePipeline.ListActionExecutionsCommand({ pipelineName }),
    );
    const taken = new Map(
      actionExecutionDetails.flatMap(({ pipelineExecutionId, output }) => {
        const version = output?.outputVariables?.['ImageVersion'];
        return version === undefined ? [] : [[pipelineExecutionId, version]];
      }),
    );
    return pipelineExecutionSummaries.map(({ pipelineExecutionId, status }) => ({
      status,
      version: taken.get(pipelineExecutionId),
    }));
  };

  /** Every value that the counter ever had. */
  const counted = async () => {
    const client = new ssm.SSMClient(await access());
    const { Parameters = [] } = await client.send(
      new ssm.GetParameterHistoryCommand({ Name: '/greeter/image-version' }),
    );
    return Parameters.map(({ Value }) => Value);
  };

  afterAll(async () => {
    await runtime.remove();
    project.remove();
  }, minutes);

  test(
    'killed during the build, it leaves no process, mount or namespace',
    async () => {
      edit('app-src/src/server.ts', 'main().catch(fail);', "fail(new Error('no database'));\nmain().catch(fail);");
      project.commit('A service that cannot start');
      runtime.begin('--verbose');
      await runtime.line(/codebuild\/greeter-compile .* Running command bash/);
      await crash();
    },
    2 * minutes,
  );

  test(
    'the next start reports the interruption; the first commit fails in its bake and leaves no AMI',
    async () => {
      expect(await runtime.start('--verbose')).toBe('failed');
      expect(runtime.output).toMatch(/^interrupted last time: build greeter-compile:\S+; it is FAILED$/m);
      expect(runtime.output).toMatch(/^interrupted last time: execution \S+ of greeter, in stage Build; /m);
      expect(runtime.output).toMatch(/✘ Bake \/ Image/);
      expect(await runtime.cause()).toMatch(/no database/);
      expect((await runtime.status()).images).toEqual([]);
      expect(await buildStatuses()).toEqual(new Set(['FAILED', 'SUCCEEDED']));
      expect(await courseOf('greeter-image')).toEqual([
        'ROLLBACK_COMPLETE',
        'ROLLBACK_IN_PROGRESS',
        'CREATE_IN_PROGRESS',
      ]);
    },
    3 * minutes,
  );

  test(
    'the next good commit needs no repair; killed during its bake, the runtime leaves nothing',
    async () => {
      edit('app-src/src/server.ts', "fail(new Error('no database'));\n", '');
      await runtime.push('A service that starts');
      await runtime.line(/imagebuilder\/greeter-image Phase test, step/);
      await crash();
    },
    2 * minutes,
  );

  test(
    'the next start fails the interrupted bake, and bakes again; killed during the first roll, it leaves nothing',
    async () => {
      runtime.begin('--verbose');
      await runtime.line(/^interrupted last time: the bake of greeter-image 1\.0\.3; the image has failed$/);
      await runtime.line(/^interrupted last time: stack greeter-image in CREATE_IN_PROGRESS; /);
      await runtime.line(/greeter-dev-fleet Fleet CREATE_IN_PROGRESS: Resource creation Initiated/);
      await runtime.line(/ i-\w+ running$/);
      await crash();
    },
    2 * minutes,
  );

  test(
    'the next start deletes the interrupted fleet, which never served, and creates it again',
    async () => {
      expect(await runtime.start('--verbose')).toBe('succeeded');
      expect(runtime.output).toMatch(/^interrupted last time: stack greeter-dev-fleet in CREATE_IN_PROGRESS; /m);
      expect(runtime.output).toMatch(/✔ greeter-dev-fleet .* its creation had failed: deleted$/m);
      expect(await courseOf('greeter-dev-fleet')).toEqual(['CREATE_COMPLETE', 'CREATE_IN_PROGRESS']);
      expect(await dev()).toMatchObject({ imageVersion: '1.0.5', instances: [{}, {}] });
    },
    2 * minutes,
  );

  test(
    'killed during a rolling update, it leaves nothing',
    async () => {
      edit('app-src/src/application.ts', "GREETING = 'Hello'", "GREETING = 'Good day'");
      await runtime.push('Greet more politely');
      await runtime.line(/Fleet received SUCCESS/);
      await crash();
    },
    2 * minutes,
  );

  test(
    'the next start rolls the fleet back to the earlier version, and the next push succeeds',
    async () => {
      runtime.begin('--verbose');
      await runtime.line(/^interrupted last time: stack greeter-dev-fleet in UPDATE_IN_PROGRESS; /);
      await runtime.line(/greeter-dev-fleet greeter-dev-fleet UPDATE_ROLLBACK_COMPLETE$/);
      expect((await dev())?.imageVersion).toBe('1.0.5');
      // HEAD runs again, and the push arrives during that run.
      await runtime.line(/^execution \w+ started/);
      expect(await runtime.deliver('After it all')).toBe('succeeded');
      expect(runtime.output).not.toMatch(/^reason: /m);
      expect(await (await fetch((await dev())?.url ?? '')).text()).toMatch(/^Good day from dev\n/);
    },
    3 * minutes,
  );

  test('no version was assigned twice, and no operation is running', async () => {
    const all = await executions();
    const statuses = ['Failed', 'Failed', 'Failed', 'Failed', 'Succeeded', 'Failed', 'Succeeded', 'Succeeded'];
    expect(all.map(({ status }) => status).reverse()).toEqual(statuses);
    const taken = all.flatMap(({ version }) => version ?? []);
    const baked = (await runtime.status()).images.map(({ version }) => version);
    for (const versions of [taken, baked, await counted()]) expect(new Set(versions).size).toBe(versions.length);
    expect(await counted()).toEqual(['none yet', ...taken.reverse()]);
  });
});
