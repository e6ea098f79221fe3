import { changed, mistakes, mistakesWith } from './mistaken';

const certificate = 'arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d-0000-4444-8888-0123456789ab';
const FLEET = { instanceType: 't4g.micro', min: 2, max: 4, batch: 1 };
const refresh = (more: object) => ({ strategy: { type: 'instance-refresh', ...more } });

const RIGHT: [string, object][] = [
  ['a certificate alone, without a domain of its own', { certificate }],
  ['an approval by whoever sees it', { approval: {} }],
  ['an approval with everything', { approval: { notify: ['a@b.org'], timeoutMinutes: 5 } }],
  ['the longest approval (A57)', { approval: { timeoutMinutes: 86_400 } }],
  ['a rolling update', { strategy: 'rolling' }],
  ['an instance refresh', { strategy: 'instance-refresh' }],
  [
    'an instance refresh with everything',
    refresh({ checkpoints: [1, 50, 100], checkpointDelayMinutes: 0, bakeMinutes: 30 }),
  ],
  ['a check with everything', { verify: { path: '/', status: 301, contains: 'v{version} "ok"', withinMinutes: 60 } }],
  ['a check by default', { verify: {} }],
  [
    'alarms with everything',
    { alarms: { errorPercent: 0.5, unhealthyHosts: 1, latencySeconds: 1.5, watchMinutes: 1380 } },
  ],
  ['one alarm', { alarms: { unhealthyHosts: 2 } }],
  ['hours of an office', { hours: { start: '07:30', stop: '19:00' } }],
  ['permitted instance types', { fleet: { ...FLEET, permittedInstanceTypes: ['m7g.large', 't4g.*'] } }],
  [
    'hours with everything',
    { hours: { start: '22:00', stop: '06:00', days: 'SUN-MON,WED', timeZone: 'Europe/Dublin' } },
  ],
];

test.each(RIGHT)('the environment is valid: %s', (_title, fields) => {
  expect(mistakesWith(fields)).toBe('');
});

const REFUSED: [string, object, string][] = [
  ['an account of letters', { account: 'mine' }, 'environments[0].account: "mine" cannot be used; use the 12 digits'],
  ['an account as a number', { account: 111122223333 }, 'environments[0].account: 111122223333 cannot be used'],
  [
    'a zone for a region',
    { region: 'eu-west-1a' },
    'environments[0].region: "eu-west-1a" cannot be used; use the name',
  ],
  [
    'a certificate by its domain',
    { certificate: 'example.com' },
    'certificate: "example.com" cannot be used; use the ARN',
  ],
  ['a certificate of IAM', { certificate: 'arn:aws:iam::111122223333:server-certificate/x' }, 'use the ARN of an ACM'],
  [
    'a certificate of another region',
    { certificate, region: 'us-east-1' },
    'certificate: it is in eu-west-1, and environments[0].region is "us-east-1"; use a certificate of that region',
  ],
  [
    'a certificate of another account',
    { certificate, account: '444455556666' },
    'certificate: it is of 111122223333, and environments[0].account is "444455556666"; use a certificate of that account',
  ],
  ['an approval that is none', { approval: true }, 'approval: true is not an object; give it notify, timeoutMinutes'],
  [
    'an approval that ends at once (A57)',
    { approval: { timeoutMinutes: 4 } },
    'timeoutMinutes: 4 cannot be used; use a whole number from 5 to 86400',
  ],
  ['an approval without end (A57)', { approval: { timeoutMinutes: 86_401 } }, 'approval.timeoutMinutes: 86401 cannot'],
  [
    'an approval with an unknown field',
    { approval: { by: 'me' } },
    'approval.by: there is no such setting; environments[0].approval has notify, timeoutMinutes',
  ],
  ['an approval by nobody known', { approval: { notify: ['me@'] } }, 'approval.notify[0]: "me@" cannot be used'],
  ['another strategy', { strategy: 'blue-green' }, 'strategy: "blue-green" is no strategy; use "rolling"'],
  ['a rolling update with more', { strategy: { type: 'rolling' } }, 'strategy: {"type":"rolling"} is no strategy'],
  ['checkpoints that go back', refresh({ checkpoints: [50, 20, 100] }), 'checkpoints[1]: 20 is not above 50 before it'],
  ['no checkpoints', refresh({ checkpoints: [] }), 'strategy.checkpoints: [] names no checkpoint; list percentages'],
  [
    'a checkpoint at nothing',
    refresh({ checkpoints: [0, 100] }),
    'checkpoints[0]: 0 cannot be used; use a whole number from 1 to 100',
  ],
  ['a checkpoint beyond all', refresh({ checkpoints: [50, 101] }), 'checkpoints[1]: 101 cannot be used'],
  [
    'a last checkpoint that leaves old servers',
    refresh({ checkpoints: [25, 50] }),
    'the servers after 50 percent would keep the image before; make 100 the last one',
  ],
  [
    'a wait without a checkpoint',
    refresh({ checkpointDelayMinutes: 5 }),
    'there is no checkpoint, so there is no wait; name checkpoints too',
  ],
  [
    'a wait of more than two days (F22)',
    refresh({ bakeMinutes: 2881 }),
    'bakeMinutes: 2881 cannot be used; use a whole number from 0 to 2880',
  ],
  [
    'waits of more than 36 hours (F23)',
    refresh({ checkpoints: [10, 100], checkpointDelayMinutes: 1080 }),
    'strategy: its waits take 2160 minutes, but CloudFormation ends it after 2160',
  ],
  [
    'a refresh that more than doubles the fleet (F22)',
    { strategy: 'instance-refresh', fleet: { instanceType: 't4g.micro', min: 1, max: 4, batch: 2 } },
    'fleet.batch: 2 is more than min 1, and an instance refresh at most doubles a fleet; make it 1 or less',
  ],
  [
    'permitted instance types without the one of the settings',
    { fleet: { ...FLEET, permittedInstanceTypes: ['m7g.*', 't4g.small'] } },
    'fleet.permittedInstanceTypes: "t4g.micro" of environments[0].fleet.instanceType is not among them; add it',
  ],
  [
    'permitted instance types that are none',
    { fleet: { ...FLEET, permittedInstanceTypes: ['t4g.*', '*'] } },
    'fleet.permittedInstanceTypes: "*" names no instance types; list types, as "t4g.micro" or "t4g.*"',
  ],
  [
    'no permitted instance type',
    { fleet: { ...FLEET, permittedInstanceTypes: [] } },
    'fleet.permittedInstanceTypes: [] names no instance types',
  ],
  [
    'a check of another host',
    { verify: { path: 'http://a/' } },
    'verify.path: "http://a/" cannot be used; use up to 100',
  ],
  ['a check of a path with a variable', { verify: { path: '/#{a.b}' } }, 'verify.path: "/#{a.b}" cannot be used'],
  ['a check of a long path (H2)', { verify: { path: `/${'x'.repeat(100)}` } }, 'verify.path: "/xxx'],
  [
    'a status that is none',
    { verify: { status: 99 } },
    'verify.status: 99 cannot be used; use a whole number from 200 to 599',
  ],
  [
    'a text of two lines',
    { verify: { contains: 'a\nb' } },
    'verify.contains: "a\\nb" cannot be used; use a text of one line',
  ],
  ['no text', { verify: { contains: '' } }, 'verify.contains: "" cannot be used'],
  [
    'a text with a variable (A28)',
    { verify: { contains: '#{Bake.ImageId}' } },
    'has "#{", which begins a variable of the pipeline',
  ],
  [
    'a text too long for an action (H2)',
    { verify: { contains: '"'.repeat(101) } },
    'verify.contains: it has 202 characters in JSON; use at most 200, a quote or backslash counting twice',
  ],
  [
    'an hour for an answer',
    { verify: { withinMinutes: 61 } },
    'verify.withinMinutes: 61 cannot be used; use a whole number from 1 to 60',
  ],
  [
    'no alarm',
    { alarms: {} },
    'alarms: it names nothing to watch; add one of errorPercent, unhealthyHosts, latencySeconds, or',
  ],
  ['watching nothing', { alarms: { watchMinutes: 5 } }, 'alarms: it names nothing to watch'],
  [
    'an alarm that always sounds',
    { alarms: { errorPercent: 0 } },
    'errorPercent: 0 cannot be used; use a number above 0, up to 100',
  ],
  [
    'an alarm as text',
    { alarms: { latencySeconds: '2' } },
    'latencySeconds: "2" cannot be used; use a number above 0, up to 4000',
  ],
  [
    'half a server',
    { alarms: { unhealthyHosts: 0.5 } },
    'unhealthyHosts: 0.5 cannot be used; use a whole number from 1 to 1000',
  ],
  [
    'watching until before an alarm could go off',
    { alarms: { unhealthyHosts: 1, watchMinutes: 3 } },
    'watchMinutes: 3 cannot be used; use a whole number from 4 to 1380',
  ],
  [
    'watching longer than an action lives (A42)',
    { alarms: { unhealthyHosts: 1, watchMinutes: 1381 } },
    'watchMinutes: 1381 cannot',
  ],
  ['a start without a stop', { hours: { start: '08:00' } }, 'hours.stop: nothing cannot be used; use a time of day'],
  [
    'an hour of the clock',
    { hours: { start: '8', stop: '18:00' } },
    'hours.start: "8" cannot be used; use a time of day',
  ],
  ['a 25th hour', { hours: { start: '08:00', stop: '24:00' } }, 'hours.stop: "24:00" cannot be used'],
  [
    'hours of no length',
    { hours: { start: '08:00', stop: '08:00' } },
    'hours.stop: "08:00" is environments[0].hours.start too',
  ],
  [
    'days in small letters',
    { hours: { start: '08:00', stop: '18:00', days: 'mon-fri' } },
    'hours.days: "mon-fri" cannot be used; use days or ranges',
  ],
  [
    'days that go backwards',
    { hours: { start: '08:00', stop: '18:00', days: 'FRI-MON' } },
    'hours.days: "FRI-MON" goes backwards',
  ],
  [
    'a time zone of nowhere',
    { hours: { start: '08:00', stop: '18:00', timeZone: 'Europe/Atlantis' } },
    'hours.timeZone: "Europe/Atlantis" is no time zone',
  ],
  [
    'a time zone by its distance',
    { hours: { start: '08:00', stop: '18:00', timeZone: '+01:00' } },
    'hours.timeZone: "+01:00" cannot be used',
  ],
  [
    'a time zone in small letters',
    { hours: { start: '08:00', stop: '18:00', timeZone: 'europe/dublin' } },
    '"europe/dublin" is spelled otherwise; use "Europe/Dublin"',
  ],
  [
    'a field that does not exist',
    { colour: 1 },
    'environments[0].colour: there is no such setting; environments[0] has name, network,',
  ],
];

test.each(REFUSED)('the environment is refused: %s', (_title, fields, expected) => {
  expect(mistakesWith(fields)).toContain(expected);
});

const scaling = (value: unknown) =>
  mistakes(changed(({ environments }) => (environments[0]!.fleet['scaling'] = value))).join('\n');

test.each([{ requestsPerTarget: 100 }, { cpuPercent: 60 }, { requestsPerTarget: 1, cpuPercent: 99.5 }])(
  'a fleet that follows %j is valid',
  (value) => expect(scaling(value)).toBe(''),
);

test.each<[object, string]>([
  [{}, 'fleet.scaling: it names nothing to follow; give it requestsPerTarget, cpuPercent or both'],
  [{ requestsPerTarget: 0 }, 'fleet.scaling.requestsPerTarget: 0 cannot be used; use a whole number from 1'],
  [{ cpuPercent: 101 }, 'fleet.scaling.cpuPercent: 101 cannot be used; use a number from 1 to 100'],
  [{ memory: 5 }, 'fleet.scaling.memory: there is no such setting'],
])('a fleet that follows %j is refused', (value, expected) => {
  expect(scaling(value)).toContain(expected);
});
