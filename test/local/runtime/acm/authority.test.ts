import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AuthorityRig, authorityRig } from './authority-rig';

let rig: AuthorityRig;
beforeEach(() => {
  rig = authorityRig();
});
afterEach(() => rig.remove());

test('an authority is created once for a directory, and only its owner can read its key', async () => {
  const { authority } = rig;
  await authority.open();
  const before = readFileSync(authority.file, 'utf8');
  expect(statSync(join(rig.directory, 'authority.key')).mode & 0o777).toBe(0o600);
  const again = rig.again();
  await again.open();
  expect(readFileSync(again.file, 'utf8')).toBe(before);
  expect(new X509Certificate(before).ca).toBe(true);
});

test('an authority that was killed during its creation is created again', async () => {
  await rig.authority.open();
  rmSync(rig.authority.file);
  const again = rig.again();
  const { cert } = await again.identity();
  expect(new X509Certificate(cert).checkIssued(new X509Certificate(readFileSync(again.file)))).toBe(true);
});

test('a server certificate is valid for the address of this machine only, and its key is in no file', async () => {
  const { key, cert } = await rig.authority.identity();
  const certificate = new X509Certificate(cert);
  expect(certificate.subjectAltName).toBe('IP Address:127.0.0.1, DNS:localhost');
  expect(certificate.ca).toBe(false);
  expect(certificate.verify(new X509Certificate(readFileSync(rig.authority.file)).publicKey)).toBe(true);
  expect(key).toContain('PRIVATE KEY');
  expect(readFileSync(join(rig.directory, 'authority.key'), 'utf8')).not.toBe(key);
});

test('each authority has its own name', async () => {
  const other = authorityRig();
  const [one, two] = await Promise.all([rig.authority.open(), other.authority.open()]);
  other.remove();
  expect(new X509Certificate(one.cert).subject).not.toBe(new X509Certificate(two.cert).subject);
});

test('a client that trusts the authority also trusts the caller’s authorities, as of each start', async () => {
  const { authority, directory } = rig;
  const alsoTrusted = join(directory, 'company.pem');
  await authority.open();
  expect(readFileSync(authority.trustFile, 'utf8')).toBe(readFileSync(authority.file, 'utf8').replace(/\s*$/, '\n'));
  writeFileSync(alsoTrusted, 'the company');
  await rig.again({ alsoTrusted }).open();
  expect(readFileSync(authority.trustFile, 'utf8')).toMatch(/-----END CERTIFICATE-----\nthe company$/);
  await rig.again({ alsoTrusted: join(directory, 'none') }).open();
  expect(readFileSync(authority.trustFile, 'utf8')).not.toContain('company');
  expect(existsSync(`${authority.trustFile}.new`)).toBe(false);
});
