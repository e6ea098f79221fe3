import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { handler } from '../../../lambdas/read-fleet-capacity/handler';
import { job } from '../fake-aws';

const member = (desired: number, status = '') =>
  `<member><DesiredCapacity>${desired}</DesiredCapacity>${status && `<Status>${status}</Status>`}</member>`;

/** Auto Scaling answers in XML, CodePipeline in JSON. */
let groups: string;
let asked: URLSearchParams;
let answered: Record<string, unknown>;
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  if (request.headers['x-amz-target']) {
    answered = JSON.parse(body) as Record<string, unknown>;
    response.end('{}');
    return;
  }
  asked = new URLSearchParams(body);
  const result = `<DescribeAutoScalingGroupsResult><AutoScalingGroups>${groups}</AutoScalingGroups></DescribeAutoScalingGroupsResult>`;
  response.writeHead(200, { 'content-type': 'text/xml' });
  response.end(`<DescribeAutoScalingGroupsResponse>${result}</DescribeAutoScalingGroupsResponse>`);
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
  });
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});
beforeEach(() => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => jest.restoreAllMocks());

const run = () => handler(job({ stack: 'greeter-dev-fleet', min: 2, max: 4, batch: 1 }) as never);

test('it looks for the group of the stack', async () => {
  groups = '';
  await run();
  expect(Object.fromEntries(asked)).toMatchObject({
    Action: 'DescribeAutoScalingGroups',
    'Filters.member.1.Name': 'tag:aws:cloudformation:stack-name',
    'Filters.member.1.Values.member.1': 'greeter-dev-fleet',
  });
});

test.each([
  ['no group yet', '', '2'],
  ['one that has been scaled out', member(3), '3'],
  ['one that is being deleted', member(4, 'Delete in progress'), '2'],
  ['one that takes the place of another', member(2) + member(3), '3'],
])('%s: %s', async (_title, found, inService) => {
  groups = found;
  await run();
  expect(answered).toMatchObject({ outputVariables: { MinInstancesInService: inService } });
});

test('parameters that are not as they should be fail the job', async () => {
  await handler(job({ stack: 'greeter-dev-fleet', min: 2, max: 4 }) as never);
  expect(answered).toMatchObject({
    failureDetails: { type: 'ConfigurationError', message: expect.stringContaining('UserParameters.batch') },
  });
});
