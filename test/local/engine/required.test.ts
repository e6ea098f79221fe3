import { checkRequired } from '../../../local/engine/required';

test('a property that the schema demands is asked for in the words of AWS', () => {
  const provider = { required: ['Value', 'Type'] as never[] };
  expect(() => checkRequired(provider, { Type: 'String' })).toThrow(
    'Property validation failure: [The property {/Value} is required]',
  );
  expect(() => checkRequired(provider, {})).toThrow(
    'Property validation failure: [The property {/Value} is required, The property {/Type} is required]',
  );
  expect(() => checkRequired(provider, { Type: 'String', Value: '' })).not.toThrow();
  expect(() => checkRequired({}, {})).not.toThrow();
});
