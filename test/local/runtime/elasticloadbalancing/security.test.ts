import tls from 'node:tls';
import { certificate, type SecureBalancing, secureBalancing, toSecure } from './secure-balancing';

let at: SecureBalancing;
afterEach(() => at.stop());

describe('the security policy of a listener', () => {
  const connect = (options: tls.ConnectionOptions) =>
    new Promise<string | null>((resolve) => {
      const client = tls.connect({ port: at.port, host: '127.0.0.1', ca: at.trusted(), ...options });
      client.once('secureConnect', () => {
        resolve(client.getProtocol());
        client.destroy();
      });
      client.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    });
  const old = { ciphers: 'DEFAULT:@SECLEVEL=0' };

  test('determines the versions of TLS', async () => {
    at = await secureBalancing({ action: () => toSecure });
    const { arn } = await at.secured({ sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09' });
    expect(await connect({})).toBe('TLSv1.3');
    expect(await connect({ maxVersion: 'TLSv1.2' })).toBe('TLSv1.2');
    expect(await connect({ ...old, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })).toMatch(/^E/);
    await at.balancing.modifyListener(arn, { sslPolicy: 'ELBSecurityPolicy-TLS13-1-3-2021-06' });
    expect(await connect({ maxVersion: 'TLSv1.2' })).toMatch(/^E/);
    await at.balancing.modifyListener(arn, { sslPolicy: 'ELBSecurityPolicy-TLS-1-2-2017-01' });
    expect(await connect({})).toBe('TLSv1.2');
  });

  test('is AWS’s oldest one by default', async () => {
    at = await secureBalancing({ action: () => toSecure });
    const { security } = await at.secured();
    expect(security).toEqual({ policy: 'ELBSecurityPolicy-2016-08', certificateArn: certificate });
    expect(await connect({ ...old, minVersion: 'TLSv1', maxVersion: 'TLSv1' })).toBe('TLSv1');
  });

  test('can be removed and set again', async () => {
    at = await secureBalancing();
    await at.join('i-1');
    const [{ arn } = { arn: '' }] = at.balancing.listeners();
    await at.balancing.modifyListener(arn, { protocol: 'HTTPS', certificates: [certificate] });
    expect(await at.askSecurely({ port: at.port })).toMatchObject({ body: 'i-1' });
    expect((await at.get()).status).toBe(400);
    await at.balancing.modifyListener(arn, { protocol: 'HTTP' });
    expect((await at.get()).body).toBe('i-1');
  });

  test.each([
    [{ certificates: [] }, 'ValidationError', 'A certificate must be specified for HTTPS listeners'],
    [{ protocol: 'HTTP' }, 'ValidationError', 'A certificate cannot be specified for HTTP listeners'],
    [
      { protocol: 'HTTP', certificates: [], sslPolicy: 'ELBSecurityPolicy-2016-08' },
      'ValidationError',
      'An SSL policy cannot be specified for HTTP listeners',
    ],
    [{ protocol: 'TCP' }, 'ValidationError', "Listener protocol 'TCP' must be one of 'HTTP, HTTPS'"],
    [{ sslPolicy: 'ELBSecurityPolicy-2099' }, 'SSLPolicyNotFound', 'Policy ELBSecurityPolicy-2099 not found'],
    [
      { certificates: [certificate.replace('eu-west-1', 'us-east-1')] },
      'ValidationError',
      `Certificate ARN '${certificate.replace('eu-west-1', 'us-east-1')}' is not valid`,
    ],
    [{ certificates: ['mine'] }, 'ValidationError', "Certificate ARN 'mine' is not valid"],
    [
      { certificates: [certificate.replace('000000000000', '111111111111')] },
      'CertificateNotFound',
      `Certificate '${certificate.replace('000000000000', '111111111111')}' not found`,
    ],
  ])('is refused with AWS’s message if it does not fit: %j', async (speech, name, message) => {
    at = await secureBalancing();
    await expect(at.secured(speech)).rejects.toMatchObject({ name, message });
    expect(at.balancing.listeners()).toHaveLength(1);
  });
});
