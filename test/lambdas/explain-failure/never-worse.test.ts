import { explain } from '../../../lambdas/explain-failure/cause';
import { lineOf } from '../../../lambdas/explain-failure/message';
import { casesOf } from '../../rig/cases';
import { evidenceFrom, type Written } from './fake-evidence';

const bake = casesOf('explain-failure').find(({ title }) => title.endsWith('service listens elsewhere'));
const written = JSON.parse(bake?.file('evidence.json') ?? '{}') as Written;
const LOG = '/aws/imagebuilder/greeter-image 1.0.7/1';
const SAID = 'the service is not ready after 60 s; it listens on port 3000, not on 8080';

/** Lines that a log may end with. */
const LINES = [
  'Stderr: the service is not ready after 60 s',
  `Stderr: ${SAID}`,
  'ErrorMessage: exit status 1',
  'ResourceNotFoundException: The resource cannot be found.',
  'Error: connect ECONNREFUSED 127.0.0.1:8080',
  'npm warn deprecated package',
  '    at main (/opt/app/server.js:1:2)',
  '',
];

/** Every tail of up to two lines, after the beginning of the step. */
const TAILS = LINES.flatMap((first) => [[first], ...LINES.map((second) => [first, second])]);

test.each(TAILS)('the output of the command is in the explanation of a log that ends with %j %j', async (...tail) => {
  const logs = { [LOG]: ['Phase test, step Serves (ExecuteBash), attempt 1', ...tail] };
  const line = lineOf(await explain(evidenceFrom({ ...written, logs }), 'greeter'));
  expect(line).toContain(SAID);
});
