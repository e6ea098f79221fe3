import { INTRINSICS } from '../../../local/template/functions/registry';
import { referencesOf } from '../../../local/template/references';
import { resolvePartially, resolveValue } from '../../../local/template/resolve';
import { type Json, Unresolved } from '../../../local/template/template';
import { stackOf } from './stack';

const TEXT = `
Parameters: {Env: {Type: String, Default: dev}}
Conditions: {IsDev: !Equals [!Ref Env, dev]}
Resources:
  Old: {Type: T}
  New: {Type: T}
`;

const { environment } = stackOf(TEXT, { unknown: ['New', 'Old.Late'] });

describe('resolving', () => {
  test('a value that depends on a missing resource is pending, and names it (E14)', () => {
    expect(() => resolveValue({ Ref: 'New' }, environment)).toThrow(new Unresolved('New'));
    expect(() => resolveValue({ A: [{ 'Fn::Sub': '${Old.Late}' }] }, environment)).toThrow(
      new Unresolved('Old', 'Late'),
    );
  });

  test('planning leaves unknown values out, and names them (E20)', () => {
    const value: Json = {
      Known: { Ref: 'Old' },
      Unknown: { Ref: 'New' },
      Nested: { List: ['a', { 'Fn::Join': ['', [{ Ref: 'New' }, { 'Fn::GetAtt': ['Old', 'Late'] }]] }], Kept: 1 },
    };
    expect(resolvePartially(value, environment)).toEqual({
      value: { Known: 'Old-1', Nested: { List: ['a'], Kept: 1 } },
      unknown: [{ logicalId: 'New' }, { logicalId: 'New' }, { logicalId: 'Old', attribute: 'Late' }],
    });
  });

  test('the chosen branch of an Fn::If is planned member by member (E20)', () => {
    const value: Json = { 'Fn::If': ['IsDev', { Known: 'x', Unknown: { Ref: 'New' } }, { Ref: 'New' }] };
    expect(resolvePartially(value, environment)).toEqual({ value: { Known: 'x' }, unknown: [{ logicalId: 'New' }] });
  });

  test('AWS::NoValue as a complete value removes it (E27)', () => {
    expect(resolveValue({ Ref: 'AWS::NoValue' }, environment)).toBeUndefined();
    expect(resolvePartially({ Ref: 'AWS::NoValue' }, environment)).toEqual({ value: undefined, unknown: [] });
  });

  test('text outside of Fn::Sub stays unchanged (E27)', () => {
    expect(resolveValue({ A: '${Env}', B: ['$(x)', '{{not:this}}'] }, environment)).toEqual({
      A: '${Env}',
      B: ['$(x)', '{{not:this}}'],
    });
  });

  test('a list cannot be part of a text (E27)', () => {
    const withList = { ...environment, parameters: { List: ['a', 'b'] } };
    expect(() => resolveValue({ 'Fn::Sub': '${List}' }, withList)).toThrow(
      'Template error: variable List in Fn::Sub expression does not resolve to a string',
    );
  });
});

describe('references', () => {
  test('include Ref, Fn::GetAtt in both forms and Fn::Sub, but no pseudo parameters and no given variables (E13)', () => {
    const value: Json = [
      { Ref: 'A' },
      { Ref: 'AWS::Region' },
      { 'Fn::GetAtt': ['B', 'Arn'] },
      { 'Fn::GetAtt': 'C.Endpoint.Port' },
      { 'Fn::Sub': ['${D} ${E.Arn} ${Given} ${!No} ${AWS::StackName}', { Given: { Ref: 'F' } }] },
      { 'Fn::Join': ['', [{ Ref: 'A' }]] },
      { 'Fn::GetAtt': ['G', { Ref: 'H' }] },
    ];
    expect(referencesOf(value)).toEqual([
      { logicalId: 'A' },
      { logicalId: 'B', attribute: 'Arn' },
      { logicalId: 'C', attribute: 'Endpoint.Port' },
      { logicalId: 'D' },
      { logicalId: 'E', attribute: 'Arn' },
      { logicalId: 'F' },
      { logicalId: 'G', attribute: '*' },
      { logicalId: 'H' },
    ]);
  });

  test('include only the chosen branch once conditions are known (E13)', () => {
    const value = { 'Fn::If': ['C', { Ref: 'Yes' }, { Ref: 'No' }] };
    expect(referencesOf(value)).toEqual([{ logicalId: 'Yes' }, { logicalId: 'No' }]);
    expect(referencesOf(value, { C: true })).toEqual([{ logicalId: 'Yes' }]);
    expect(referencesOf(value, { C: false })).toEqual([{ logicalId: 'No' }]);
    expect(referencesOf(value, {})).toEqual([]);
  });
});

describe('the registry of functions', () => {
  const ARGUMENTS = [null, true, 1, '', [], {}, [null], [[]], ['a', {}], ['a', 'b', 'c', 'd']];

  test.each(Object.keys(INTRINSICS))('%s never throws an internal error for a malformed argument (E27)', (name) => {
    for (const argument of ARGUMENTS) {
      const words = INTRINSICS[name]?.check(argument);
      expect(words === undefined || /^Template error: /.test(words)).toBe(true);
    }
  });
});
