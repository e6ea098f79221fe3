import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Project } from '../rig/project';
import { Runtime, type Status } from '../rig/runtime';
import { describeWithSandbox } from '../rig/sandbox';

const minutes = 60_000;

/** Represents AWS, and every other place in the caller's settings: no request may ever reach it. */
class Trap {
  readonly requests: string[] = [];
  private readonly server = createServer(({ method, url, headers }, response) => {
    this.requests.push(`${method} ${headers.host}${url}`);
    response.writeHead(500).end();
  });

  async open(): Promise<string> {
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
  }
}

const SERVICES = ['S3', 'SSM', 'STS', 'CODECOMMIT', 'CODEPIPELINE', 'CLOUDFORMATION', 'CLOUDWATCH_LOGS', 'EC2'];
const SERVICE_ENDPOINTS = [...SERVICES, 'AUTO_SCALING', 'ELASTIC_LOAD_BALANCING_V2', 'LAMBDA', 'IMAGEBUILDER'];

/** All that a person may have set for AWS: credentials of every kind, a profile with them, and ways to elsewhere. */
function settingsOfTheCaller(trap: string, home: string): Record<string, string> {
  const profile = `region = us-gov-west-1\nendpoint_url = ${trap}\ncredential_process = touch ${home}/asked\n`;
  const keys = 'aws_access_key_id = AKIACALLERSFILE00000\naws_secret_access_key = callers-file\n';
  mkdirSync(join(home, '.aws'));
  writeFileSync(join(home, '.aws/config'), `[default]\n${profile}[profile production]\n${profile}`);
  writeFileSync(join(home, '.aws/credentials'), `[default]\n${keys}[production]\n${keys}`);
  return {
    HOME: home,
    AWS_ACCESS_KEY_ID: 'AKIACALLERSKEY000000',
    AWS_SECRET_ACCESS_KEY: 'callers-secret',
    AWS_SESSION_TOKEN: 'callers-token',
    AWS_PROFILE: 'production',
    AWS_DEFAULT_PROFILE: 'production',
    AWS_REGION: 'us-gov-west-1',
    AWS_DEFAULT_REGION: 'us-gov-west-1',
    AWS_CONFIG_FILE: join(home, '.aws/config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, '.aws/credentials'),
    AWS_SDK_LOAD_CONFIG: '1',
    AWS_ENDPOINT_URL: trap,
    ...Object.fromEntries(SERVICE_ENDPOINTS.map((service) => [`AWS_ENDPOINT_URL_${service}`, trap])),
    AWS_CA_BUNDLE: join(home, 'no-such-bundle.pem'),
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/callers',
    AWS_WEB_IDENTITY_TOKEN_FILE: join(home, '.aws/credentials'),
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${trap}/credentials`,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: trap,
    AWS_USE_FIPS_ENDPOINT: 'true',
    CDK_DEFAULT_ACCOUNT: '123456789012',
    CDK_DEFAULT_REGION: 'us-gov-west-1',
  };
}

/** Makes everything of the project that runs print what it sees: `seen by PLACE: NAME=VALUE`, line by line. */
function tellWhatIsSeen(project: Project, synthesisLog: string): void {
  const tell = (place: string) => `env | sed -En 's/^(AWS|CDK_DEFAULT)_/seen by ${place}: &/p'`;
  const tellInCode = (place: string) =>
    `for (const [name, value] of Object.entries(process.env)) if (/^(AWS|CDK_DEFAULT)_/.test(name)) ` +
    `console.log(\`seen by ${place}: \${name}=\${value}\`);`;
  const said = `${tell('synthesis')} > ${synthesisLog}`;
  project.edit('cdk.json', (text) => text.replace('"app": "', `"app": "${said.replaceAll('\\', '\\\\')} && `));
  project.edit('buildspecs/compile.yml', (text) =>
    text.replace('- cd app-src\n', `- ${tell('build').replace(': &', ':\\x20&')}\n      - cd app-src\n`),
  );
  project.edit('lambdas/increment-image-version/handler.ts', (text) =>
    text.replace('): Promise<void> {\n', `): Promise<void> {\n${tellInCode('function')}\n`),
  );
  project.edit('infra/image/app.yml', (text) =>
    text.replace('set -euo pipefail\n', `set -euo pipefail\n              ${tell('bake')}\n`),
  );
  project.edit('infra/image/user-data.sh', (text) => text.replace('exec node', `${tell('instance')}\nexec node`));
  project.edit('app-src/src/server.ts', (text) =>
    text.replace("  server.on('error', fail);", `${tellInCode('server')}\n$&`),
  );
}

const LOGS: Record<string, string> = {
  build: '/aws/codebuild/greeter-compile',
  function: '/aws/lambda/greeter-increment-image-version',
  bake: '/aws/imagebuilder/greeter-image',
  instance: '/aws/ec2/console',
  server: '/aws/ec2/console',
};

describeWithSandbox('a run by a caller with AWS settings of their own', () => {
  const home = mkdtempSync(join(tmpdir(), 'home-'));
  const synthesisLog = join(home, 'synthesis.log');
  const trap = new Trap();
  const project = new Project({ quickBuilds: true });
  let settings: Record<string, string>;
  let runtime: Runtime;
  let status: Status;

  beforeAll(async () => {
    settings = settingsOfTheCaller(await trap.open(), home);
    tellWhatIsSeen(project, synthesisLog);
    project.commit('Tell what is seen');
    runtime = new Runtime(project, settings);
    const ended = await runtime.start();
    expect(ended === 'succeeded' ? '' : runtime.output).toBe('');
    status = await runtime.status();
  }, 5 * minutes);

  afterAll(async () => {
    await runtime.remove();
    trap.close();
    project.remove();
    rmSync(home, { recursive: true });
  }, minutes);

  /** Returns the account that code at `place` sees. */
  async function seenBy(place: string): Promise<Record<string, string>> {
    const text = place in LOGS ? await logOf(LOGS[place] ?? '') : readFileSync(synthesisLog, 'utf8');
    const lines = text.matchAll(new RegExp(`seen by ${place}: (\\w+)=(.*)`, 'g'));
    return Object.fromEntries([...lines].map(([, name, value]) => [name, value]));
  }

  async function logOf(logGroupName: string): Promise<string> {
    const { endpoint, region, credentials } = status;
    const logs = new CloudWatchLogsClient({ endpoint, region, credentials });
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern: '"seen by"' }));
    return events.map(({ message }) => message).join('\n');
  }

  test('synthesis sees no account, no region and no credentials', async () => {
    expect(await seenBy('synthesis')).toEqual({
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    });
  });

  test('a build and a function have their roles’ keys and the endpoint, and none of the caller’s settings', async () => {
    const build = await seenBy('build');
    const own = {
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
      AWS_SECRET_ACCESS_KEY: expect.any(String),
      AWS_SESSION_TOKEN: expect.any(String),
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_ENDPOINT_URL: status.endpoint,
      AWS_REGION: status.region,
      AWS_DEFAULT_REGION: status.region,
    };
    expect(build).toEqual(own);
    const called = await seenBy('function');
    expect(called).toMatchObject(own);
    const further = Object.keys(called).filter((name) => !(name in own));
    expect(further.filter((name) => !/^AWS_(LAMBDA_\w+|EXECUTION_ENV)$/.test(name))).toEqual([]);
    expect(called['AWS_ACCESS_KEY_ID']).not.toBe(build['AWS_ACCESS_KEY_ID']);
  });

  test('servers know the endpoint and get their keys from metadata; a bake must name its region, as on AWS', async () => {
    const { endpoint, region } = status;
    const anywhere = { AWS_ENDPOINT_URL: endpoint, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
    expect(await seenBy('bake')).toEqual(anywhere);
    const own = { ...anywhere, AWS_REGION: region, AWS_DEFAULT_REGION: region };
    expect(await seenBy('instance')).toEqual(own);
    expect(await seenBy('server')).toEqual(own);
  });

  test('no request went to the caller’s endpoint', () => {
    expect(trap.requests).toEqual([]);
    expect(existsSync(join(home, 'asked'))).toBe(false);
  });

  test('the endpoint accepts only keys that it issued', async () => {
    const { endpoint, region } = status;
    expect(status.credentials.accessKeyId).not.toBe(settings['AWS_ACCESS_KEY_ID']);
    const credentials = { accessKeyId: 'AKIACALLERSKEY000000', secretAccessKey: 'callers-secret' };
    await expect(
      new STSClient({ endpoint, region, credentials }).send(new GetCallerIdentityCommand()),
    ).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });
});
