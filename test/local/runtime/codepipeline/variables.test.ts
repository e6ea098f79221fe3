import { referencesOf, resolveConfiguration } from '../../../../local/runtime/codepipeline/variables';

const variables = {
  codepipeline: { PipelineExecutionId: 'e-1' },
  Source: { CommitId: 'abc', CommitMessage: 'Say "hi"\n#{Source.CommitId}' },
};

const resolve = (
  configuration: Record<string, string>,
  values: Parameters<typeof resolveConfiguration>[1] = variables,
) => resolveConfiguration({ name: 'Act', configuration }, values);

describe('pipeline variables', () => {
  test('every reference is replaced, at any position (A24)', () => {
    expect(resolve({ a: 'x #{Source.CommitId} y #{codepipeline.PipelineExecutionId}', b: 'plain' })).toEqual({
      a: 'x abc y e-1',
      b: 'plain',
    });
  });

  test('replacement is raw text, without escaping, and is not resolved again (A27)', () => {
    const { json } = resolve({ json: '{"m":"#{Source.CommitMessage}"}' });
    expect(json).toBe('{"m":"Say "hi"\n#{Source.CommitId}"}');
    expect(() => JSON.parse(json ?? '')).toThrow();
  });

  test('the limit counts the resolved text, before its JSON is read (A29)', () => {
    const broken = { Source: { CommitMessage: `"${'m'.repeat(100 * 1024)}` } };
    expect(() => resolve({ json: '{"m":"#{Source.CommitMessage}"}' }, broken)).toThrow('the limit is 102400');
  });

  test.each(['#{Source.Nothing}', '#{Nobody.CommitId}'])(
    '%s, which refers to no variable, fails the action (A28)',
    (text) => {
      expect(() => resolve({ text })).toThrow(
        `one or more variables could not be resolved: Action name=Act. This can result when a variable is referenced that does not exist: ${text}`,
      );
    },
  );

  test('more than 100 kB in total is refused (A7)', () => {
    const long = { Source: { CommitMessage: 'm'.repeat(100 * 1024) } };
    expect(() => resolve({ a: '#{Source.CommitMessage}x' }, long)).toThrow('the limit is 102400');
  });

  test('references are found in any text, valid or not', () => {
    expect(referencesOf({ a: 'x #{Source.CommitId}#{Source}', b: '${shell}' })).toEqual([
      { key: 'a', text: '#{Source.CommitId}', namespace: 'Source' },
      { key: 'a', text: '#{Source}', namespace: undefined },
    ]);
  });
});
