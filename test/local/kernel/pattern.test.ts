import { matchesWildcard, PatternTooSlow, userPattern } from '../../../local/kernel/pattern';

const EVIL = `${'a'.repeat(5000)}!`;

describe('a regular expression of a user', () => {
  test.each(['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '([a-zA-Z]+)*$', '^(.*a){20}$'])(
    'is matched in linear time: %s',
    (source) => {
      expect(() => userPattern(source).test(EVIL)).not.toThrow();
    },
  );

  test.each(['^(?=a)(a+)+$', '^(a+)+\\1$', '^(?!b)(a|a)*$'])(
    'is given up after a time if RE2 cannot match it: %s',
    (source) => {
      expect(() => userPattern(source).test(EVIL)).toThrow(PatternTooSlow);
    },
  );

  test.each([
    ['^(?!aws)[a-z]+$', 'server', true],
    ['^(?!aws)[a-z]+$', 'aws', false],
    ['^(a)b\\1$', 'aba', true],
    ['^[\\w\\-]+$', 'a-b', true],
    ['^\\d+\\.\\d+$', '1.2', true],
    ['b', 'abc', true],
  ])('%s on %s is %s', (source, text, matches) => {
    expect(userPattern(source).test(text)).toBe(matches);
  });

  test('is refused if it is none', () => {
    expect(() => userPattern('(')).toThrow(SyntaxError);
  });
});

describe('a wildcard', () => {
  test.each([
    ['', '*', true],
    ['abc', '*', true],
    ['abc', 'a*c', true],
    ['abc', 'a?c', true],
    ['abc', 'a*b', false],
    ['abcbc', 'a*bc', true],
    ['abc', '**c', true],
    ['abc', 'abc?', false],
    ['a.c', 'a.c', true],
    ['abc', 'a.c', false],
    ['a\nb', 'a*b', true],
  ])('%j for %j: %s', (text, pattern, matches) => {
    expect(matchesWildcard(text, pattern)).toBe(matches);
  });

  test('has no question mark where the service has none', () => {
    expect(matchesWildcard('abc', 'a?c', { question: false })).toBe(false);
    expect(matchesWildcard('a?c', 'a?c', { question: false })).toBe(true);
  });

  test('of many stars takes no longer than both lengths together', () => {
    expect(matchesWildcard('a'.repeat(20_000), `${'*a'.repeat(50)}*b`)).toBe(false);
  });
});
