import { filterPattern } from '../../../../local/runtime/logs/filter-pattern';

test.each([
  [undefined, 'anything', true],
  ['ERROR', 'an ERROR here', true],
  ['ERROR', 'an error here', false],
  ['a b', 'b and a', true],
  ['a b', 'only b', false],
  ['"two words"', 'two words', true],
  ['"two words"', 'two other words', false],
  ['?yes ?no', 'no', true],
  ['?yes ?no', 'perhaps', false],
  ['ERROR -known', 'ERROR: known', false],
  ['-known', 'unknown', false],
  ['"say \\"hi\\""', 'I say "hi"', true],
])('the filter pattern %p on %p', (pattern, message, expected) => {
  expect(filterPattern(pattern)(message)).toBe(expected);
});

test('patterns over JSON are refused by name', () => {
  expect(() => filterPattern('{ $.level = "error" }')).toThrow('The filter pattern { $.level = "error" }');
});
