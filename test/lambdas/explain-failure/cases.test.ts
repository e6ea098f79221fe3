import { explain } from '../../../lambdas/explain-failure/cause';
import { lineOf } from '../../../lambdas/explain-failure/message';
import { casesOf } from '../../rig/cases';
import { evidenceFrom, type Written } from './fake-evidence';

const cases = casesOf('explain-failure');

test('the cases cover many kinds of failure', () => {
  expect(cases.length).toBeGreaterThanOrEqual(25);
});

test.each(cases.map((one) => [one.title, one] as const))('%s', async (_title, one) => {
  const written = JSON.parse(one.file('evidence.json') ?? '') as Written;
  const line = lineOf(await explain(evidenceFrom(written), 'greeter'));
  expect(line).not.toMatch(/\n/);
  expect(line.length).toBeLessThanOrEqual(1000);
  one.expect(line);
});
