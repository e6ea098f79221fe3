import { cleanSubject } from '../../../lambdas/increment-image-version/subject';

test.each([
  ['Greet in Spanish', 'Greet in Spanish'],
  ['Greet in Spanish\n\nBecause of reasons.\n', 'Greet in Spanish'],
  ['\n\n  Second line first\r\nmore', 'Second line first'],
  ['Say "hello"', 'Say hello'],
  ['","ImageId":"ami-0', 'ImageId : ami-0'],
  ['Use #{SourceVariables.CommitId}', 'Use SourceVariables.CommitId'],
  ['{{ imagebuilder:buildDate }} ${AWS::Region}', 'imagebuilder:buildDate AWS::Region'],
  ['back\\slash `tick` $(rm -rf /) <b>&', 'back slash tick rm -rf / b'],
  ['🚀 Launch 🎉 it', 'Launch it'],
  ['Grüße an Zoë, déjà vu, 日本語', 'Grüße an Zoë déjà vu 日本語'],
  ['tab\tand\u0000null\u200b', 'tab and null'],
  ['fix(#12): a+b=c_d/e@f.g - h', 'fix 12 : a+b=c_d/e@f.g - h'],
  ['', 'no subject'],
  ['\n\n\n', 'no subject'],
  ['🚀🎉', 'no subject'],
  ['---', 'no subject'],
  ['"\n"', 'no subject'],
])('%j becomes %j', (message, subject) => {
  expect(cleanSubject(message)).toBe(subject);
});

test.each([
  ['a letter of one byte', 'x', 256],
  ['a letter of two bytes', 'ü', 128],
  ['a letter of three bytes', '語', 85],
  ['a letter of four bytes', '𠀀', 64],
])('a message of 100 kB of %s is cut at 256 bytes, between letters (G1)', (_title, letter, count) => {
  expect(cleanSubject(letter.repeat(100_000))).toBe(letter.repeat(count));
});

test.each(['-', '🚀', '\u0000', ' '])('a message of 100 kB of %j yields no subject, and takes no time', (character) => {
  expect(cleanSubject(character.repeat(100_000))).toBe('no subject');
});

test('the subject of any commit message is valid inside JSON, and never empty (A27)', () => {
  const subjects = Array.from({ length: 0x3000 }, (_each, code) => cleanSubject(`a${String.fromCodePoint(code)}b`));
  expect(subjects.filter((subject) => JSON.stringify(subject) !== `"${subject}"` || subject === '')).toEqual([]);
  expect(subjects.filter((subject) => /[#${}"\\\n]/.test(subject))).toEqual([]);
});
