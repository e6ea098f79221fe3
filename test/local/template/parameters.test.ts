import { parameterValues, resolveParameters } from '../../../local/template/parameters';
import { parseTemplate } from '../../../local/template/parse';

const ssm = (name: string) =>
  ({
    '/name': { value: 'shop', type: 'String' },
    '/list': { value: 'a,b', type: 'StringList' },
    '/secret': { value: 'hidden', type: 'SecureString' },
  })[name];

/** One parameter P, declared by `declaration`, with `value` supplied. */
function resolved(declaration: object, value?: string, exists?: (type: string, value: string) => boolean) {
  const template = parseTemplate(JSON.stringify({ Parameters: { P: declaration }, Resources: { R: { Type: 'T' } } }));
  return resolveParameters(template, value === undefined ? [] : [{ key: 'P', value }], { ssm, exists })[0];
}

describe('parameters', () => {
  test.each([
    [{ Type: 'String', AllowedValues: ['a', 'b'] }, 'c', "Parameter 'P' must be one of AllowedValues"],
    [{ Type: 'String', AllowedPattern: '[a-z]+' }, 'aB', "Parameter 'P' must match pattern [a-z]+"],
    [{ Type: 'String', MinLength: 3 }, 'ab', "Parameter 'P' must contain at least 3 characters"],
    [{ Type: 'String', MaxLength: '3' }, 'abcd', "Parameter 'P' must contain at most 3 characters"],
    [{ Type: 'Number', MinValue: 1 }, '0', "Parameter 'P' must be a number not less than 1"],
    [{ Type: 'Number', MaxValue: 5 }, '5.5', "Parameter 'P' must be a number not greater than 5"],
    [{ Type: 'Number' }, '0x10', "Parameter 'P' must be a number."],
    [{ Type: 'List<Number>' }, '1,two', "Parameter 'P' must be a number."],
    [{ Type: 'CommaDelimitedList', AllowedValues: ['a'] }, 'a,b', "Parameter 'P' must be one of AllowedValues"],
    [
      { Type: 'String', MinLength: 3, ConstraintDescription: 'three letters at least' },
      'ab',
      "Parameter 'P' failed to satisfy constraint: three letters at least",
    ],
    [
      { Type: 'AWS::SSM::Parameter::Value<String>' },
      '/none',
      'Unable to fetch parameters [/none] from parameter store for this account.',
    ],
    [
      { Type: 'AWS::SSM::Parameter::Value<String>' },
      '/secret',
      'Parameters [/secret] referenced by template have types not supported by CloudFormation.',
    ],
    [
      { Type: 'AWS::SSM::Parameter::Name' },
      '/none',
      'Parameter validation failed: parameter value /none for parameter name P does not exist',
    ],
  ])('%j refuses %j (E24)', (declaration, value, message) => {
    expect(() => resolved(declaration, value)).toThrow(message);
  });

  test('an id must exist in the account when the operation starts, alone, in a list or from SSM (E24)', () => {
    const exists = (type: string, value: string) => type === 'AWS::EC2::Image::Id' && value === 'ami-1';
    expect(resolved({ Type: 'AWS::EC2::Image::Id' }, 'ami-1', exists)).toMatchObject({ value: 'ami-1' });
    expect(() => resolved({ Type: 'List<AWS::EC2::Image::Id>' }, 'ami-1,ami-2', exists)).toThrow(
      'parameter value ami-2 for parameter name P does not exist',
    );
    expect(() => resolved({ Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>' }, '/name', exists)).toThrow(
      'parameter value shop for parameter name P does not exist',
    );
  });

  test('constraints of an SSM parameter apply to its name, not to its value (E24)', () => {
    const declaration = { Type: 'AWS::SSM::Parameter::Value<String>', AllowedPattern: '/[a-z]+' };
    expect(resolved(declaration, '/name')).toEqual({
      key: 'P',
      type: 'AWS::SSM::Parameter::Value<String>',
      value: '/name',
      resolved: 'shop',
      noEcho: false,
    });
  });

  test('a list in SSM must be a StringList (E24)', () => {
    const declaration = { Type: 'AWS::SSM::Parameter::Value<List<String>>' };
    expect(parameterValues([resolved(declaration, '/list')!])).toEqual({ P: ['a', 'b'] });
    expect(() => resolved(declaration, '/name')).toThrow('types not supported by CloudFormation');
  });

  test('UsePreviousValue keeps the stack’s value, and a default counts only without a value (E24)', () => {
    const template = parseTemplate(
      'Parameters: {A: {Type: String, Default: a}, B: {Type: String, Default: b}}\nResources: {R: {Type: T}}',
    );
    const previous = { A: 'kept' };
    const values = (supplied: Parameters<typeof resolveParameters>[1]) =>
      parameterValues(resolveParameters(template, supplied, { previous, ssm }));
    expect(values([{ key: 'A', previous: true }])).toEqual({ A: 'kept', B: 'b' });
    expect(values([])).toEqual({ A: 'a', B: 'b' });
    expect(() => values([{ key: 'B', previous: true }])).toThrow(
      'Invalid input for parameter key B. Cannot specify usePreviousValue as true for a parameter key not in the previous template',
    );
    expect(() => values([{ key: 'A', previous: true, value: 'x' }])).toThrow('and non empty value for a parameter');
  });

  test('an empty value counts as a value, and 4,096 bytes is the maximum (E24)', () => {
    expect(resolved({ Type: 'String' }, '')).toMatchObject({ value: '' });
    expect(resolved({ Type: 'String' }, 'é'.repeat(2048))).toBeDefined();
    expect(() => resolved({ Type: 'String' }, 'é'.repeat(2049))).toThrow('less than or equal to 4096');
  });

  test('`NoEcho` is reported for a text and for a boolean (E25)', () => {
    expect(resolved({ Type: 'String', NoEcho: true }, 'x')?.noEcho).toBe(true);
    expect(resolved({ Type: 'String', NoEcho: 'true' }, 'x')?.noEcho).toBe(true);
    expect(resolved({ Type: 'String', NoEcho: 'false' }, 'x')?.noEcho).toBe(false);
  });

  test('a pattern must match the complete value, and one with Java-only syntax is refused by name (E24)', () => {
    expect(() => resolved({ Type: 'String', AllowedPattern: 'a|b' }, 'ab')).toThrow('must match pattern a|b');
    expect(resolved({ Type: 'String', AllowedPattern: '[\\w\\-_.]*' }, 'a-b.c_d')).toBeDefined();
    for (const pattern of ['(?i)abc', '\\p{Alnum}+', '\\A[a-z]+\\z', '[a-z]++', '[a-z&&[^b]]+_']) {
      expect(() => resolved({ Type: 'String', AllowedPattern: pattern }, 'abc')).toThrow(
        `AllowedPattern ${pattern} is not supported by the local runtime`,
      );
    }
  });

  test('a parameter may have the name of an object member, such as toString (E27)', () => {
    const template = parseTemplate('Parameters: {constructor: {Type: String}}\nResources: {R: {Type: T}}');
    expect(() => resolveParameters(template, [], { ssm })).toThrow('Parameters: [constructor] must have values');
    expect(() => resolveParameters(template, [{ key: 'toString', value: '' }], { ssm })).toThrow(
      'Parameters: [toString] do not exist in the template',
    );
  });
});
