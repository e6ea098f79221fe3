import { CertificateManager } from '../../../../local/runtime/acm/certificate-manager';

const identity = { key: 'key', cert: 'cert' };
const authority = { identity: async () => identity };
const scope = { partition: 'aws', region: 'eu-west-1', account: '111111111111' };
const acm = (anyAccount: boolean) => new CertificateManager({ scope, authority, anyAccount });

const arnIn = (account: string) => `arn:aws:acm:eu-west-1:${account}:certificate/12345678-1234-1234-1234-123456789012`;

test('each ACM certificate of the account is represented by one of the local authority', async () => {
  expect(await acm(false).find(arnIn('111111111111'))).toBe(identity);
  expect(await acm(false).find('arn:aws:iam::111111111111:server-certificate/web')).toBe(identity);
});

test('a certificate of another account is not found', async () => {
  expect(await acm(false).find(arnIn('222222222222'))).toBeUndefined();
  expect(await acm(false).find('certificate')).toBeUndefined();
});

test('an account that represents an unknown one has the certificates of every account', async () => {
  expect(await acm(true).find(arnIn('222222222222'))).toBe(identity);
  expect(await acm(true).find(arnIn('222222222222').replace('aws', 'aws-cn'))).toBeUndefined();
});
