import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { authorityRig } from '../acm/authority-rig';
import { lambdaRig } from './lambda-rig';

test('a function trusts the authority of the runtime, and gets the runtime’s settings', async () => {
  const { authority, remove } = authorityRig();
  const server = createServer(await authority.identity(), (_request, response) => response.end('secure'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const rig = lambdaRig({ trustFile: authority.trustFile, variables: { TOLD: 'so' } });
  try {
    await rig.handler('return { told: process.env.TOLD, text: await (await fetch(event.url)).text() };', {
      variables: { TOLD: 'otherwise' },
    });
    expect(await rig.invoke({ url })).toEqual({ payload: { told: 'so', text: 'secure' } });
  } finally {
    await rig.end();
    server.close();
    remove();
  }
});
