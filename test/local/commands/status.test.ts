import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { announce, claim } from '../../../local/commands/state-directory';
import { status } from '../../../local/commands/status';
import type { StatusReport } from '../../../local/composition/status-report';
import { FakeScreen } from '../../rig/screen';

const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'secret' };
const authority = '/state/certificates/authority.pem';
const here = { account: '000000000000', region: 'eu-west-1' };
const report: StatusReport = {
  repositories: [{ name: 'greeter', cloneUrl: 'http://git:pw@127.0.0.1:1/v1/repos/greeter' }],
  pipelines: [
    { name: 'greeter', latestExecution: { id: 'e-1', status: 'Failed', reason: 'a test' } },
    { name: 'idle' },
  ],
  images: [{ version: '1.0.2', imageId: 'ami-0a', commitId: '0123456789abcdef', ...here }],
  environments: [
    {
      name: 'dev',
      ...here,
      url: 'http://127.0.0.1:8080',
      imageVersion: '1.0.2',
      instances: [{ id: 'i-0a', state: 'InService', imageVersion: '1.0.2' }],
      replacedAsUnhealthy: 3,
      serviceEnds: 12,
    },
    { name: 'qa', ...here, url: 'http://127.0.0.1:8081', instances: [], replacedAsUnhealthy: 0, serviceEnds: 0 },
  ],
  administrators: [{ account: here.account, credentials }],
};

let state: string;
let server: Server;
let endpoint: string;
const answer = { status: 200, body: JSON.stringify(report) };

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'state-'));
  server = createServer(({ headers, url }, response) => {
    const known = headers.authorization === `Basic ${Buffer.from('AKIA:secret').toString('base64')}`;
    response.writeHead(known && url === '/_/status' ? answer.status : 401).end(answer.body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close();
  rmSync(state, { recursive: true });
});

async function ask(json: boolean): Promise<{ code: number; screen: FakeScreen }> {
  const screen = new FakeScreen(false);
  return { code: await status(state, screen, { json }), screen };
}

test('status prints a run line by line', async () => {
  claim(state);
  announce(state, { endpoint, region: 'eu-west-1', credentials, authority });
  const { code, screen } = await ask(false);
  expect(code).toBe(0);
  expect(screen.shown).toEqual([
    `endpoint     ${endpoint} (eu-west-1)`,
    'repository   greeter  http://git:pw@127.0.0.1:1/v1/repos/greeter',
    'pipeline     greeter  e-1 Failed: a test',
    'pipeline     idle  has not run',
    'image        1.0.2  ami-0a  01234567',
    'environment  dev  http://127.0.0.1:8080  1.0.2',
    '             i-0a  InService  1.0.2',
    '             since the last roll 3 were replaced as unhealthy, and the service ended 12 times by itself',
    'environment  qa  http://127.0.0.1:8081',
  ]);
});

test('status lists the latest five images and those in use, and counts the others', async () => {
  const images = Array.from({ length: 300 }, (_, index) => {
    return { version: `1.0.${300 - index}`, imageId: `ami-${300 - index}`, commitId: '0123456789abcdef', ...here };
  });
  answer.body = JSON.stringify({ ...report, images });
  claim(state);
  announce(state, { endpoint, region: 'eu-west-1', credentials, authority });
  const { screen } = await ask(false);
  answer.body = JSON.stringify(report);
  const listed = screen.shown.filter((line) => line.startsWith('image ')).map((line) => line.split(/ +/)[1]);
  expect(listed).toEqual(['1.0.300', '1.0.299', '1.0.298', '1.0.297', '1.0.296', '1.0.2']);
  expect(screen.shown).toContain('             and 294 more, which no instance runs');
});

test('status names the certificate authority if an environment has HTTPS', async () => {
  const [dev] = report.environments;
  answer.body = JSON.stringify({ ...report, environments: [{ ...dev, url: 'https://127.0.0.1:8080' }] });
  claim(state);
  announce(state, { endpoint, region: 'eu-west-1', credentials, authority });
  const { screen } = await ask(false);
  answer.body = JSON.stringify(report);
  expect(screen.shown).toContain(`authority    ${authority}`);
});

test('status names the place if there are several accounts or regions', async () => {
  const [dev] = report.environments;
  if (!dev) throw new Error('the report has no environment');
  const body = {
    ...report,
    environments: [
      dev,
      { ...dev, name: 'prod', account: '111111111111', instances: [], replacedAsUnhealthy: 0, serviceEnds: 0 },
    ],
  };
  answer.body = JSON.stringify(body);
  claim(state);
  announce(state, { endpoint, region: 'eu-west-1', credentials, authority });
  const { screen } = await ask(false);
  answer.body = JSON.stringify(report);
  expect(screen.shown.slice(-2)).toEqual([
    '             since the last roll 3 were replaced as unhealthy, and the service ended 12 times by itself',
    'environment  prod  http://127.0.0.1:8080  1.0.2  111111111111/eu-west-1',
  ]);
  expect(screen.shown).toContain('environment  dev  http://127.0.0.1:8080  1.0.2  000000000000/eu-west-1');
});

test('status --json prints one object', async () => {
  claim(state);
  announce(state, { endpoint, region: 'eu-west-1', credentials, authority });
  const { code, screen } = await ask(true);
  expect(code).toBe(0);
  expect(JSON.parse(screen.written)).toEqual({ endpoint, region: 'eu-west-1', credentials, authority, ...report });
});

test('status exits with 3 if nothing runs, and its object is empty', async () => {
  const { code, screen } = await ask(false);
  expect(code).toBe(3);
  expect(screen.written).toBe(`nothing runs on the state in ${state}; npm start starts it\n`);
  expect(await ask(true)).toMatchObject({ code: 3, screen: { written: '{}\n' } });
});

test('status reports a runtime that is starting', async () => {
  claim(state);
  const { code, screen } = await ask(false);
  expect(code).toBe(3);
  expect(screen.written).toBe(`the runtime with process id ${process.pid} is starting on the state in ${state}\n`);
});

test('status fails with the response of a runtime that does not answer correctly', async () => {
  claim(state);
  announce(state, {
    endpoint,
    region: 'eu-west-1',
    authority,
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'other' },
  });
  await expect(ask(false)).rejects.toThrow(`${endpoint} answers 401`);
});

test('status --env points a shell to the run, and removes the caller’s profiles', async () => {
  claim(state);
  announce(state, {
    endpoint,
    region: 'eu-west-1',
    authority,
    credentials: { ...credentials, secretAccessKey: "se'cret" },
  });
  const screen = new FakeScreen(false);
  expect(await status(state, screen, { json: false, env: true })).toBe(0);
  const script = `AWS_PROFILE=production\n${screen.written}\nenv`;
  const lines = execFileSync('sh', ['-c', script], { encoding: 'utf8', env: { PATH: process.env['PATH'] } }).split(
    '\n',
  );
  expect(lines.filter((line) => line.startsWith('AWS_')).sort()).toEqual([
    'AWS_ACCESS_KEY_ID=AKIA',
    'AWS_DEFAULT_REGION=eu-west-1',
    `AWS_ENDPOINT_URL=${endpoint}`,
    'AWS_REGION=eu-west-1',
    "AWS_SECRET_ACCESS_KEY=se'cret",
  ]);
});

test('status --env --environment prints the settings for the account and region of an environment', async () => {
  const [dev] = report.environments;
  const prod = { ...dev, name: 'prod', account: '111111111111', region: 'us-east-2' };
  const administrators = [{ account: '111111111111', credentials: { accessKeyId: 'OTHER', secretAccessKey: 's' } }];
  answer.body = JSON.stringify({ ...report, environments: [prod], administrators });
  claim(state);
  announce(state, { endpoint, region: 'eu-west-1', credentials, authority });
  const screen = new FakeScreen(false);
  const env = (environment: string) => status(state, screen, { json: false, env: true, environment });
  expect(await env('prod')).toBe(0);
  const unknown = env('qa');
  await expect(unknown).rejects.toThrow('--environment qa: is not an environment of this run');
  answer.body = JSON.stringify(report);
  expect(screen.shown.slice(0, 4)).toEqual([
    `export AWS_ENDPOINT_URL=${endpoint}`,
    'export AWS_REGION=us-east-2',
    'export AWS_DEFAULT_REGION=us-east-2',
    'export AWS_ACCESS_KEY_ID=OTHER',
  ]);
});

test('status --env makes the shell fail if nothing runs', async () => {
  const screen = new FakeScreen(false);
  expect(await status(state, screen, { json: false, env: true })).toBe(3);
  const { status: code, stderr } = spawnSync('sh', ['-c', screen.written], { encoding: 'utf8' });
  expect({ code, stderr }).toEqual({ code: 1, stderr: `nothing runs on the state in ${state}; npm start starts it\n` });
});
