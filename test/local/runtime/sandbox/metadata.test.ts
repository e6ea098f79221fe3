import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { MetadataSource } from '../../../../local/kernel/machines';
import { describeWithSandbox, type SandboxRig, sandboxRig, shell } from '../../../rig/sandbox';

jest.setTimeout(60_000);

const source: MetadataSource = {
  instanceId: 'i-0123456789abcdef0',
  imageId: 'ami-0123456789abcdef0',
  region: 'eu-west-1',
  accountId: '000000000000',
  availabilityZone: 'eu-west-1a',
  instanceType: 't4g.micro',
  architecture: 'x86_64',
  privateIp: '10.0.0.4',
  launchTime: new Date('2026-01-01T00:00:00Z'),
  credentials: () => ({
    roleName: 'app-role',
    instanceProfileArn: 'arn:aws:iam::000000000000:instance-profile/app',
    instanceProfileId: 'AIPA0000000000000000',
    credentials: { accessKeyId: 'ASIAROLE', secretAccessKey: 'secret', sessionToken: 'token' },
  }),
  tags: () => ({ Name: 'app', 'aws:cloudformation:stack-name': 'fleet' }),
};

describeWithSandbox('the metadata service inside a machine', () => {
  let rig: SandboxRig;
  const asked: { body: string; authorization: string }[] = [];
  const endpoint = createServer((request, response) => {
    void read(request).then((body) => {
      asked.push({ body, authorization: String(request.headers.authorization) });
      if (!body.includes('Ended')) return response.end('<SignalResourceResponse/>');
      response.statusCode = 400;
      response.end(
        '<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack can not be signaled</Message></Error></ErrorResponse>',
      );
    });
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    rig = sandboxRig({
      endpoint: () => ({ port: (endpoint.address() as AddressInfo).port }),
      programs: { 'ask-sdk': join(__dirname, '../../../rig/ask-sdk.ts') },
    });
  });
  afterEach(() => rig.sandboxes.stop());
  afterAll(async () => {
    endpoint.close();
    await rig.end();
  });
  const boot = (further: Partial<MetadataSource> = {}, init: 'units' | 'none' = 'none') =>
    rig.sandboxes.boot(rig.spec(source.instanceId, { init, metadata: { ...source, ...further } }));

  const ASK = `t=$(curl -sX PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)
ask() { curl -s -o /dev/stdout -w ' %{http_code}\\n' -H "X-aws-ec2-metadata-token: $t" http://169.254.169.254/latest/$1; }\n`;

  it('answers only with a token', async () => {
    const machine = await boot();
    const without = "curl -s -o /dev/null -w '%{http_code} ' http://169.254.169.254/latest/meta-data/instance-id";
    expect((await shell(machine, `${without}; ${without} -H 'X-aws-ec2-metadata-token: wrong'`)).output).toBe(
      '401 401 ',
    );
    expect(
      (await shell(machine, "curl -s -o /dev/null -w '%{http_code}' -X PUT http://169.254.169.254/latest/api/token"))
        .output,
    ).toBe('400');
  });

  it('describes the instance', async () => {
    const machine = await boot({ userData: '#!/bin/sh\ntrue\n' });
    const paths = [
      'instance-id',
      'ami-id',
      'placement/region',
      'local-ipv4',
      'hostname',
      'tags/instance/Name',
      'iam/security-credentials/',
    ];
    expect(
      (
        await shell(
          machine,
          `${ASK}for p in ${paths.join(' ')}; do ask meta-data/$p; done; ask user-data; ask meta-data/nothing`,
        )
      ).output,
    ).toBe(
      `i-0123456789abcdef0 200
ami-0123456789abcdef0 200
eu-west-1 200
10.0.0.4 200
ip-10-0-0-4.eu-west-1.compute.internal 200
app 200
app-role 200
#!/bin/sh
true
 200
404 - Not Found 404
`,
    );
    expect((await shell(machine, `${ASK}ask dynamic/instance-identity/document; ask meta-data/tags/`)).output).toMatch(
      /"instanceId": "i-0.*instance\/ 200/s,
    );
  });

  it('has no tags and no role if the instance has none', async () => {
    const machine = await boot({ tags: () => undefined, credentials: () => undefined });
    expect((await shell(machine, `${ASK}ask meta-data/tags/instance; ask meta-data/iam/info`)).output).toBe(
      '404 - Not Found 404\n404 - Not Found 404\n',
    );
  });

  it('provides the credentials of the role to the SDK', async () => {
    const machine = await boot();
    expect((await shell(machine, 'node /run/guest/ask-sdk.js')).output).toBe('ASIAROLE\n');
  });

  it('lets cfn-signal sign as the instance, or as its role (F18, F19)', async () => {
    const signal = '/opt/aws/bin/cfn-signal --stack fleet --resource Fleet --region eu-west-1 -e';
    expect(await shell(await boot(), `${signal} 0`)).toEqual({ output: '', exitCode: 0 });
    expect(asked.at(-1)?.body).toBe(
      'Action=SignalResource&Version=2010-05-15&StackName=fleet&LogicalResourceId=Fleet&UniqueId=i-0123456789abcdef0&Status=SUCCESS',
    );
    expect(asked.at(-1)?.authorization).toMatch(/Credential=ASIAROLE\/\d{8}\/eu-west-1\/cloudformation\/aws4_request/);
    await rig.sandboxes.stop();
    const machine = await boot({
      identityCredentials: () => ({ accessKeyId: 'ASIAIDENTITY', secretAccessKey: 's', sessionToken: 't' }),
    });
    await shell(machine, `${signal} 1`);
    expect(asked.at(-1)?.body).toContain('Status=FAILURE');
    expect(asked.at(-1)?.authorization).toContain('ASIAIDENTITY');
  });

  it('prints CloudFormation’s refusal of a signal, and refuses unsupported options by name (F18)', async () => {
    const machine = await boot();
    expect(await shell(machine, '/opt/aws/bin/cfn-signal --stack Ended --resource Fleet')).toEqual({
      output: 'cfn-signal: ValidationError: Stack can not be signaled\n',
      exitCode: 1,
    });
    expect((await shell(machine, '/opt/aws/bin/cfn-signal --stack s --resource r --role x')).output).toBe(
      'cfn-signal: option --role is not supported inside a local machine\n',
    );
  });

  it('runs user data as a script, after the units have started, and logs to the console', async () => {
    const userData =
      '#!/bin/bash\nexec > >(tee /var/log/user-data.log) 2>&1\necho "user data of $(id -un) in $AWS_REGION"\necho straight > /dev/console\nexit 3\n';
    await boot({ userData }, 'units');
    expect(await rig.said(/^user data of/)).toBe('user data of root in eu-west-1');
    await rig.said(/^straight$/);
    await rig.said(/^cloud-init: user data finished with exit code 3$/);
  });

  it('refuses user data that is no script by name', async () => {
    await expect(boot({ userData: '#cloud-config\nruncmd: []' })).rejects.toThrow(
      'User data of the kind #cloud-config is not supported by the local runtime',
    );
    await expect(boot({ userData: 'Content-Type: multipart/mixed; boundary=x' })).rejects.toThrow('MIME multipart');
  });
});

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
