import { changed, mistakes, type Open, type OpenEnvironment } from './mistaken';

const HOME = { account: '111122223333', region: 'eu-west-1' };
const CERTIFICATE = 'arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d-0000-4444-8888-0123456789ab';

/** Settings of a pipeline that is `home`, with a first environment there and a second one with these fields. */
function two(home: object, second: object, first: object = {}): Open {
  return changed((settings) => {
    const [one] = settings.environments;
    Object.assign(settings, home);
    settings.environments = [
      { ...one, ...first } as OpenEnvironment,
      { ...one, name: 'prod', network: { cidr: '10.1.0.0/16' }, ...second } as OpenEnvironment,
    ];
  });
}

test.each<[string, Open]>([
  ['nothing is said of any place', two({}, {})],
  ['the pipeline names its place, and the environments are there', two(HOME, {})],
  ['an environment names the place of the pipeline', two(HOME, HOME, HOME)],
  ['another account', two(HOME, { account: '444455556666' })],
  ['another region', two(HOME, { region: 'us-east-2' })],
  ['another account and region', two(HOME, { account: '444455556666', region: 'us-east-2' })],
  ['a certificate of where the environment is', two(HOME, { certificate: CERTIFICATE })],
  [
    'a certificate of the other region',
    two(HOME, { region: 'us-east-2', certificate: CERTIFICATE.replace('eu-west-1', 'us-east-2') }),
  ],
  ['a certificate where nothing is said of the place', two({}, { certificate: CERTIFICATE })],
])('the place is valid: %s', (_title, settings) => {
  expect(mistakes(settings)).toEqual([]);
});

test.each<[string, Open, string]>([
  ['an account of the pipeline of letters', two({ ...HOME, account: 'mine' }, {}), 'account: "mine" cannot be used'],
  ['a zone of the pipeline', two({ ...HOME, region: 'eu-west-1a' }, {}), 'region: "eu-west-1a" cannot be used'],
  [
    'a region, and nothing of the pipeline',
    two({}, { region: 'us-east-2' }),
    'region: the pipeline has no account and region, but environments[1] has; name the region of the pipeline too',
  ],
  [
    'an account, and only the region of the pipeline',
    two({ region: 'eu-west-1' }, { account: '444455556666' }),
    'account: the pipeline has no account and region, but environments[1] has; name the account of the pipeline too',
  ],
  [
    'a first environment elsewhere (images are built in its network)',
    two(HOME, {}, { region: 'us-east-2' }),
    'environments[0]: images are built in its network, so it must be in the same place as the pipeline; begin with an environment of',
  ],
  [
    'a region in another partition',
    two(HOME, { region: 'cn-north-1' }),
    'environments[1].region: "cn-north-1" is in the partition aws-cn, and the pipeline in aws; give that partition a',
  ],
  [
    'more environments elsewhere than one function can be told of',
    changed((settings) => {
      const [one] = settings.environments;
      Object.assign(settings, HOME);
      const far = (_: unknown, index: number) => ({
        ...one,
        name: `e${index}`,
        region: 'us-east-2',
        network: { cidr: `10.${index + 1}.0.0/16` },
      });
      settings.environments = [one!, ...(Array.from({ length: 21 }, far) as OpenEnvironment[])];
    }),
    'environments: 21 of them are in other accounts or regions; a pipeline reaches at most 20; use another pipeline for the others',
  ],
  [
    'a certificate of another region than the pipeline, where the environment is at home',
    two({ ...HOME, region: 'us-east-2' }, { certificate: CERTIFICATE }),
    'environments[1].certificate: it is in eu-west-1, and region is "us-east-2"; use a certificate of that region',
  ],
  [
    'a certificate of the pipeline’s account in another one',
    two(HOME, { account: '444455556666', certificate: CERTIFICATE }),
    'it is of 111122223333, and environments[1].account is "444455556666"; use a certificate of that account',
  ],
])('the place is refused: %s', (_title, settings, message) => {
  expect(mistakes(settings).join('\n')).toContain(message);
});
