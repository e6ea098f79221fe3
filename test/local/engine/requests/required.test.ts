import { checkRequired } from '../../../../local/engine/requests/required';

test('a missing required property is refused with AWS’s message', () => {
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
