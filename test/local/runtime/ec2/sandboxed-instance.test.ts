import { request } from 'node:http';
import { join } from 'node:path';
import { SystemClock } from '../../../../local/kernel/clock';
import { Ec2 } from '../../../../local/runtime/ec2/ec2';
import { commitLayer } from '../../../../local/runtime/sandbox/layers';
import { describeWithSandbox, type SandboxRig, sandboxRig, shell } from '../../../rig/sandbox';
import { ec2Rig, PROFILE } from './controllable-machines';

jest.setTimeout(60_000);

const SERVICE = `[Service]
ExecStart=/usr/bin/env node /opt/app/server.js
User=app
[Install]
WantedBy=multi-user.target
`;

const SERVER = `const http = require('node:http');
http.createServer((request, response) => response.end('version 1')).listen(8080, () => console.log('serving'));
process.on('SIGTERM', () => { console.log('drained'); process.exit(0); });`;

const USER_DATA = `#!/bin/bash
token=$(curl -sX PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)
echo "I am $(curl -s -H "X-aws-ec2-metadata-token: $token" http://169.254.169.254/latest/meta-data/tags/instance/Name)"
`;

describeWithSandbox('an instance in a sandbox', () => {
  let rig: SandboxRig;
  beforeAll(() => {
    rig = sandboxRig();
  });
  afterAll(() => rig.end());

  it('runs the service of its image and its user data, answers on its port, and drains at its termination', async () => {
    const layer = await bake();
    const logged: string[] = [];
    const hearing = new Set<() => void>();
    const ec2 = new Ec2({
      ...ec2Rig().ec2.options,
      clock: new SystemClock(),
      directory: join(rig.directory, 'writable'),
      machines: rig.sandboxes,
      logs: {
        write(_group, _stream, messages) {
          logged.push(...messages);
          for (const hear of hearing) hear();
        },
      },
    });
    const said = (text: string) =>
      new Promise<void>((resolve) => {
        const hear = () => {
          if (logged.some((line) => line.includes(text))) resolve();
        };
        hearing.add(hear);
        hear();
      });
    const imageId = ec2.images.registerImage({ name: 'app', layers: [layer], architecture: 'x86_64', tags: {} });
    const data = {
      ImageId: imageId,
      IamInstanceProfile: { Name: PROFILE.name },
      MetadataOptions: { HttpTokens: 'required', InstanceMetadataTags: 'enabled' },
      UserData: Buffer.from(USER_DATA).toString('base64'),
    };
    const { instance, running } = ec2.instances.launch({ data, subnetId: 'subnet-a', tags: { Name: 'app-dev' } });
    await running;
    await Promise.all([said('serving'), said('I am app-dev')]);
    expect(await ask(ec2.instances.machine(instance.id)?.socket(8080) ?? '')).toBe('version 1');
    await ec2.instances.terminate(instance.id);
    expect(logged.some((line) => line.endsWith(': drained'))).toBe(true);
    expect(ec2.instances.machine(instance.id)).toBeUndefined();
  });

  async function bake(): Promise<string> {
    const spec = rig.spec('bake');
    const machine = await rig.sandboxes.boot(spec);
    await shell(machine, 'useradd --system app && mkdir /opt/app && cat > /opt/app/server.js', { input: SERVER });
    const { exitCode } = await shell(machine, 'cat > /etc/systemd/system/app.service && systemctl enable app', {
      input: SERVICE,
    });
    expect(exitCode).toBe(0);
    await machine.shutdown(1000);
    const layer = join(rig.directory, 'layers', 'app');
    await commitLayer(spec.writable, layer);
    return layer;
  }
});

function ask(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path: '/' }, (response) => response.setEncoding('utf8').once('data', resolve))
      .on('error', reject)
      .end();
  });
}
