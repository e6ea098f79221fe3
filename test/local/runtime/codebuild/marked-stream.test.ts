import { MarkedStream } from '../../../../local/runtime/codebuild/marked-stream';

const TEXT = 'out\n\x1enonce done 0\x1emore \x1e other \x1enonceX\x1enonce end 12\x1elast';

test.each([1, 2, 3, 7, 100])(
  'marks are found in pieces of %d characters, and the other output is complete',
  (length) => {
    const found: string[] = [];
    let text = '';
    const stream = new MarkedStream('nonce', {
      text: (piece) => {
        text += piece;
      },
      mark: (mark) => void found.push(`${mark} after ${JSON.stringify(text)}`),
    });
    for (let at = 0; at < TEXT.length; at += length) stream.write(TEXT.slice(at, at + length));
    expect(text).toBe('out\nmore \x1e other \x1enonceXlast');
    expect(found).toEqual(['done 0 after "out\\n"', 'end 12 after "out\\nmore \\u001e other \\u001enonceX"']);
  },
);
