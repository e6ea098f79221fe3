import { Parameters, STACK_NAME } from '../../lambdas/parameters';

test.each(['1', '"a"', 'null', '[]', 'undefined', '{'])(
  'parameters %s are refused, because they are no object',
  (text) => {
    expect(() => new Parameters(text)).toThrow('UserParameters is not a JSON object');
  },
);

test('a count must be a whole number above 0', () => {
  const parameters = new Parameters('{"a":1,"b":0,"c":1.5,"d":"1"}');
  expect(parameters.count('a')).toBe(1);
  for (const name of ['b', 'c', 'd', 'e'])
    expect(() => parameters.count(name)).toThrow(`UserParameters.${name} is not a whole`);
});

test('a text must match its form, also if it is optional', () => {
  const parameters = new Parameters('{"a":"greeter-dev-fleet","b":"#{a}","c":1}');
  expect(parameters.text('a', STACK_NAME)).toBe('greeter-dev-fleet');
  expect(parameters.optionalText('d', STACK_NAME)).toBeUndefined();
  for (const name of ['b', 'c'])
    expect(() => parameters.optionalText(name, STACK_NAME)).toThrow(`UserParameters.${name} is not a stack name`);
});

test('a list must have texts of its form, and may be optional', () => {
  const parameters = new Parameters('{"a":["b","c"],"d":"b","e":[1]}');
  expect(parameters.texts('a', STACK_NAME)).toEqual(['b', 'c']);
  expect(parameters.texts('f', STACK_NAME)).toEqual([]);
  for (const name of ['d', 'e'])
    expect(() => parameters.texts(name, STACK_NAME)).toThrow(`UserParameters.${name} is not a list of a stack name`);
});
