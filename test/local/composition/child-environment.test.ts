import { callersEnvironment, LocalEndpoint } from '../../../local/composition/child-environment';

const keys = { accessKeyId: 'ASIALOCAL', secretAccessKey: 'secret' };

function endpoint(): LocalEndpoint {
  const access = new LocalEndpoint('eu-west-1');
  access.port = 4566;
  return access;
}

const aws = (environment: Record<string, string>) =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith('AWS_')));

test('a child process gets the endpoint and its own keys, and none of the caller’s AWS settings', () => {
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIACALLER';
  process.env['AWS_PROFILE'] = 'production';
  process.env['AWS_ENDPOINT_URL_S3'] = 'https://elsewhere';
  expect(aws(endpoint().environment({ ...keys, sessionToken: 'token' }))).toEqual({
    AWS_ACCESS_KEY_ID: 'ASIALOCAL',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
  });
});

test('long-lived keys have no session token, and without keys there are no key variables', () => {
  expect(endpoint().environment(keys)).not.toHaveProperty('AWS_SESSION_TOKEN');
  expect(endpoint().environment()).not.toHaveProperty('AWS_ACCESS_KEY_ID');
});

test('no child starts before the endpoint listens', () => {
  expect(() => new LocalEndpoint('eu-west-1').environment()).toThrow('the endpoint does not listen yet');
});

test('a child inherits only the caller’s paths to programs and package registries', () => {
  const caller = {
    PATH: '/usr/bin',
    TZ: 'UTC',
    LANG: '',
    NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
    HOME: '/home/me',
    GITHUB_TOKEN: 'secret',
    NODE_OPTIONS: '--inspect',
  };
  expect(callersEnvironment(caller)).toEqual({ PATH: '/usr/bin', TZ: 'UTC', NODE_EXTRA_CA_CERTS: '/etc/ca.pem' });
});

test('a child reaches the endpoint without a proxy', () => {
  const proxy = 'http://proxy.example:3128';
  expect(callersEnvironment({ HTTPS_PROXY: proxy })).toEqual({
    HTTPS_PROXY: proxy,
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
  });
  expect(callersEnvironment({ http_proxy: proxy, NO_PROXY: '.example' })).toMatchObject({
    NO_PROXY: '.example,127.0.0.1,localhost',
    no_proxy: '.example,127.0.0.1,localhost',
  });
  expect(callersEnvironment({ NO_PROXY: '.example' })).toEqual({});
});
