import { xmlDocument, xmlText } from '../../../local/endpoint/protocols/xml';

test('characters that XML cannot hold are replaced, because a single colour code would invalidate the answer', () => {
  expect(xmlDocument('<a>\u001b[31mred\u001b[0m\ttab\n</a>')).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<a>\ufffd[31mred\ufffd[0m\ttab\n</a>',
  );
});

test('text is escaped', () => {
  expect(xmlText('a <b> & "c"')).toBe('a &lt;b&gt; &amp; &quot;c&quot;');
});
