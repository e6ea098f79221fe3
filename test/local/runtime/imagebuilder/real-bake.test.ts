import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SystemClock } from '../../../../local/kernel/clock';
import { ImageBuilder, TOE_PROGRAMS } from '../../../../local/runtime/imagebuilder/image-builder';
import type { NewImage } from '../../../../local/runtime/imagebuilder/ports';
import type { ImageRecord } from '../../../../local/runtime/imagebuilder/records';
import { commitLayer } from '../../../../local/runtime/sandbox/layers';
import { room } from '../../../rig/room';
import { describeWithSandbox, type SandboxRig, sandboxRig } from '../../../rig/sandbox';
import { type Serving, serve } from '../../endpoint/serving';

jest.setTimeout(120_000);

const PACKAGE = `#!/bin/bash
mkdir -p /opt/app
echo "$1" > /opt/app/version
cat > /etc/systemd/system/app.service <<UNIT
[Service]
ExecStart=/bin/sh -c 'while :; do sleep 1; done'
[Install]
WantedBy=multi-user.target
UNIT
systemctl enable app.service
`;

/** Downloads with the machine's own credentials, restarts in the middle, and tests what a fresh instance has. */
const document = (test: string) => `
schemaVersion: 1.0
parameters:
  - Version:
      type: string
phases:
  - name: build
    steps:
      - name: Download
        action: S3Download
        inputs:
          - source: s3://artifacts/install.sh
            destination: /tmp/install.sh
      - name: Install
        action: ExecuteBash
        inputs:
          commands:
            - bash {{ build.Download.inputs[0].destination }} {{ Version }}
      - name: Restart
        action: Reboot
      - name: Gone
        action: Assert
        inputs:
          not:
            fileExists: /tmp/install.sh
  - name: validate
    steps:
      - name: Installed
        action: ExecuteBash
        inputs:
          commands:
            - set -e
            - systemctl is-enabled app.service
            - test "$(cat /opt/app/version)" = "{{ Version }}"
            - echo "phase $IMAGE_PHASE"
            - echo "{{ context:osPlatform }} {{ aws:imds:placement/region }} {{ aws:ssm:/app/greeting }}"
  - name: test
    steps:
      - name: Serves
        action: ExecuteBash
        inputs:
          commands:
            - set -e
            - test ! -e /var/lib/amazon/toe/TOE_$IMAGE_VERSION
            - for i in $(seq 50); do systemctl is-active app.service && break; sleep 0.1; done
            - systemctl is-active app.service
            - ${test}
`;

describeWithSandbox('a bake on this machine', () => {
  let serving: Serving;
  let rig: SandboxRig;
  let imageBuilder: ImageBuilder;
  const amis = new Map<string, NewImage>();
  const logs: string[] = [];

  beforeAll(async () => {
    serving = await serve();
    const { iam, s3, identity } = serving;
    rig = sandboxRig({ programs: TOE_PROGRAMS, endpoint: () => ({ port: serving.endpoint.port }) });
    prepareRole(serving);
    serving.parameters.put({
      name: '/app/greeting',
      value: 'hello',
      type: 'String',
      by: 'arn:aws:iam::000000000000:user/me',
    });
    s3.buckets.create('artifacts');
    s3.write('artifacts', 'install.sh', Buffer.from(PACKAGE));
    imageBuilder = new ImageBuilder({
      ...room(new SystemClock()),
      objects: s3,
      logs: { write: (_group, _stream, messages) => void logs.push(...messages) },
      roles: identity,
      profiles: iam.instanceProfiles,
      events: { publish: () => {} },
      machines: rig.sandboxes,
      layers: { commit: commitLayer, remove: (directory) => rig.sandboxes.remove(directory) },
      images: {
        resolveParent: (reference) => ({
          imageId: reference,
          layers: amis.get(reference)?.layers ?? [],
          architecture: 'x86_64',
        }),
        registerImage: (image) => {
          amis.set(`ami-${amis.size + 1}`, image);
          return `ami-${amis.size}`;
        },
      },
      workDirectory: join(rig.directory, 'bakes'),
      layersDirectory: join(rig.directory, 'layers'),
    });
  });
  afterAll(async () => {
    await imageBuilder.stop();
    await rig.sandboxes.remove(join(rig.directory, 'bakes'));
    await rig.end();
    await serving.stop();
  });

  async function bake(version: string, test: string): Promise<ImageRecord> {
    const { components, recipes, infrastructure, images } = imageBuilder;
    const component = components.create({
      name: 'app',
      semanticVersion: version,
      platform: 'Linux',
      data: document(test),
    });
    const parameters = [{ name: 'Version', value: [version] }];
    const recipe = recipes.create({
      name: 'app',
      semanticVersion: version,
      parentImage: 'ssm:/aws/service/al2023',
      components: [{ componentArn: component.arn, parameters }],
    });
    const name = `app-${version.replaceAll('.', '-')}`;
    const made = infrastructure.create({ name, instanceProfileName: 'baker', terminateInstanceOnFailure: true });
    const { arn } = images.create({ imageRecipeArn: recipe.arn, infrastructureConfigurationArn: made.arn });
    return images.finished(arn);
  }

  test('the layer has what build installs, and a fresh instance runs the service (D4)', async () => {
    const { state } = await bake('1.0.0', 'true');
    expect([state, logs]).toEqual([expect.objectContaining({ status: 'AVAILABLE' }), expect.anything()]);
    const [layer = ''] = amis.get('ami-1')?.layers ?? [];
    expect(readFileSync(join(layer, 'opt/app/version'), 'utf8')).toBe('1.0.0\n');
    expect(existsSync(join(layer, 'var/lib/amazon/toe'))).toBe(false);
    expect(logs).toEqual(
      expect.arrayContaining(['Rebooting', 'Stdout: phase BUILDING', 'Stdout: linux eu-west-1 hello']),
    );
    expect(existsSync(join(rig.directory, 'bakes/app_1.0.0_1'))).toBe(false);
  });

  test('a service that fails its test leaves no AMI and no layer (D17)', async () => {
    const { state } = await bake('2.0.0', 'echo "the greeting is wrong" >&2; exit 5');
    expect(state).toMatchObject({
      status: 'FAILED',
      reason: expect.stringContaining(
        "Step 'Serves' (ExecuteBash) in phase 'test': exit status 5: the greeting is wrong",
      ),
    });
    expect([...amis.keys()]).toEqual(['ami-1']);
    expect(existsSync(join(rig.directory, 'layers/app_2.0.0_1'))).toBe(false);
  });
});

function prepareRole({ iam }: Serving): void {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  iam.roles.create({ name: 'baker', trust: JSON.stringify(trust) });
  iam.instanceProfiles.create({ name: 'baker' });
  iam.instanceProfiles.addRole('baker', 'baker');
}
