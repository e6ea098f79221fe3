import { checkCapabilities, requiredCapability } from '../../../local/template/capabilities';
import { checkStackName, checkTags, checkTemplateSize } from '../../../local/template/limits';
import { parseTemplate } from '../../../local/template/parse';

const many = <T>(count: number, value: T) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`X${index}`, value]));
const resource = { Type: 'AWS::SQS::Queue' };

describe('limits', () => {
  test.each([
    ['resources', 500, (count: number) => ({ Resources: many(count, resource) })],
    ['parameters', 200, (count: number) => ({ Parameters: many(count, { Type: 'String' }) })],
    ['outputs', 200, (count: number) => ({ Outputs: many(count, { Value: 'x' }) })],
    ['mappings', 200, (count: number) => ({ Mappings: many(count, { K: { S: 'x' } }) })],
    [
      'dynamic references',
      60,
      (count: number) => ({ Resources: { R: { ...resource, Properties: many(count, '{{resolve:ssm:/a}}') } } }),
    ],
  ])('a template has at most a limited number of %s (E26)', (what, maximum, sections) => {
    const template = (count: number) => JSON.stringify({ Resources: { R: resource }, ...sections(count) });
    expect(() => parseTemplate(template(maximum))).not.toThrow();
    expect(() => parseTemplate(template(maximum + 1))).toThrow(
      `Template format error: Number of ${what}, ${maximum + 1}, is greater than maximum allowed, ${maximum}`,
    );
  });

  test('a description has at most 1,024 bytes (E26)', () => {
    const template = (length: number) =>
      JSON.stringify({ Description: 'd'.repeat(length), Resources: { R: resource } });
    expect(() => parseTemplate(template(1024))).not.toThrow();
    expect(() => parseTemplate(template(1025))).toThrow("'Description' length is greater than 1024.");
  });

  test('a template has at most 51,200 bytes inline and 1 MB in S3 (E26)', () => {
    expect(() => checkTemplateSize('x'.repeat(51_200), 'inline')).not.toThrow();
    expect(() => checkTemplateSize('x'.repeat(51_201), 'inline')).toThrow(
      "at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200",
    );
    expect(() => checkTemplateSize('x'.repeat(51_201), 's3')).not.toThrow();
    expect(() => checkTemplateSize('x'.repeat(1_048_577), 's3')).toThrow('1048576 bytes');
  });

  test('a stack name begins with a letter, has only letters, digits and hyphens, and at most 128 characters (E26)', () => {
    expect(() => checkStackName('a'.repeat(128))).not.toThrow();
    expect(() => checkStackName('my-Stack-1')).not.toThrow();
    for (const name of ['1stack', 'my_stack', '', '-x']) {
      expect(() => checkStackName(name)).toThrow(
        `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
      );
    }
    expect(() => checkStackName('a'.repeat(129))).toThrow('less than or equal to 128');
  });

  test('a stack has at most 50 tags (E26)', () => {
    expect(() => checkTags(many(50, 'x'))).not.toThrow();
    expect(() => checkTags(many(51, 'x'))).toThrow('less than or equal to 50');
  });
});

describe('capabilities', () => {
  const template = (properties: object, type = 'AWS::IAM::Role') =>
    parseTemplate(JSON.stringify({ Resources: { R: { Type: type, Properties: properties } } }));

  test('IAM resources must be acknowledged, and named ones need CAPABILITY_NAMED_IAM (E30)', () => {
    expect(() => checkCapabilities(template({}, 'AWS::SQS::Queue'), [])).not.toThrow();
    expect(() => checkCapabilities(template({}), [])).toThrow('Requires capabilities : [CAPABILITY_IAM]');
    expect(() => checkCapabilities(template({}), ['CAPABILITY_IAM'])).not.toThrow();
    expect(() => checkCapabilities(template({ RoleName: 'x' }), ['CAPABILITY_IAM'])).toThrow(
      'Requires capabilities : [CAPABILITY_NAMED_IAM]',
    );
    expect(() => checkCapabilities(template({ RoleName: 'x' }), ['CAPABILITY_NAMED_IAM'])).not.toThrow();
    expect(() => checkCapabilities(template({}), ['CAPABILITY_NAMED_IAM'])).not.toThrow();
  });

  test('the refusal has the error code that clients expect (E6)', () => {
    expect(() => checkCapabilities(template({}), [])).toThrow(
      expect.objectContaining({ code: 'InsufficientCapabilitiesException' }),
    );
  });

  test('an inline policy always has a name, and counts as unnamed (E30)', () => {
    expect(requiredCapability(template({ PolicyName: 'x' }, 'AWS::IAM::Policy'))).toEqual({
      capability: 'CAPABILITY_IAM',
      types: ['AWS::IAM::Policy'],
    });
  });
});
