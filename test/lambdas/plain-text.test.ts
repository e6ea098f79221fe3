import { plainText } from '../../lambdas/plain-text';

test('quotes, braces, control characters and line ends become spaces (A27)', () => {
  expect(plainText('{"a": "#{x}"}\n\u0000<b>1.0.7</b>', 100)).toBe('a : x b 1.0.7 /b');
});

test('a text is cut between characters', () => {
  expect(plainText('ééé', 5)).toBe('éé');
  expect(plainText('a b', 2)).toBe('a');
});
