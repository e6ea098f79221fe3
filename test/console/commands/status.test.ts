import { approve } from '../../../console/commands/approve';
import { release } from '../../../console/commands/release';
import { status } from '../../../console/commands/status';
import { run } from '../commands-rig';
import { ServedPipeline } from '../served-pipeline';

const served = new ServedPipeline();
beforeEach(() => served.open());
afterEach(() => served.close());

const settled = async () => {
  for (let round = 0; round < 20; round++) await new Promise((resolve) => setImmediate(resolve));
};
const quietly = async (line: string, command: typeof release) => {
  const answer = await run(line, { clients: served.clients, onWait: settled }, command);
  await settled();
  return answer;
};

test('status shows the pipeline, its environments and what waits for approval', async () => {
  expect((await quietly('status', status)).lines).toEqual([
    'place        account 000000000000, region eu-west-1',
    'pipeline     app  has not run',
    'environment  dev  AccessDenied',
  ]);
  await quietly('release', release);
  const { lines, data } = await quietly('status', status);
  expect(lines[1]).toMatch(/^pipeline {5}app {2}[0-9a-f]{8} InProgress {2}commit 00000001 {2}started .* UTC$/);
  expect(lines.slice(2)).toEqual([
    'environment  dev  AccessDenied',
    expect.stringMatching(/^ {13}execution [0-9a-f]{8} waits for approval: npx server-pipeline approve dev$/),
  ]);
  expect(data).toMatchObject({
    pipelines: [{ name: 'app', latestExecution: { status: 'InProgress' } }],
    environments: [{ name: 'dev', account: '000000000000', region: 'eu-west-1', unknown: 'AccessDenied' }],
  });
});

test('status shows the version, the servers in service and how often they were replaced', async () => {
  await quietly('release', release);
  await quietly('approve dev', approve);
  served.replaced = [1];
  served.instances = [
    { InstanceId: 'i-1', LifecycleState: 'InService' },
    { InstanceId: 'i-2', LifecycleState: 'Pending' },
  ];
  const { lines, data } = await quietly('status', status);
  expect(lines.slice(2)).toEqual([
    'environment  dev  http://dev.example  1.0.1  1 of 2 servers in service',
    '             since the last roll: 1 server replaced as unhealthy',
  ]);
  expect(data).toMatchObject({
    environments: [{ imageVersion: '1.0.1', instances: [{ id: 'i-1', state: 'InService' }, { id: 'i-2' }] }],
  });
});
