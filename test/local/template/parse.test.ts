import { parseTemplate } from '../../../local/template/parse';

describe('parsing', () => {
  test('JSON and YAML give the same template (E27)', () => {
    const yaml = parseTemplate(
      'Resources:\n  A:\n    Type: T\n    Properties: {X: !GetAtt B.Arn, Y: 1}\n  B: {Type: T}\n',
    );
    const json = parseTemplate(
      JSON.stringify({
        Resources: { A: { Type: 'T', Properties: { X: { 'Fn::GetAtt': ['B', 'Arn'] }, Y: 1 } }, B: { Type: 'T' } },
      }),
    );
    expect({ ...json, text: '' }).toEqual({ ...yaml, text: '' });
  });

  test('a resource has its policies, its metadata and its DependsOn (E23)', () => {
    const { resources } = parseTemplate(`
Resources:
  First: {Type: T}
  Fleet:
    Type: AWS::AutoScaling::AutoScalingGroup
    DependsOn: First
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Snapshot
    CreationPolicy: {ResourceSignal: {Count: 2, Timeout: PT5M}}
    UpdatePolicy: {AutoScalingRollingUpdate: {MaxBatchSize: 1}}
    Metadata: {aws:cdk:path: fleet}
`);
    expect(resources['Fleet']).toEqual({
      logicalId: 'Fleet',
      type: 'AWS::AutoScaling::AutoScalingGroup',
      properties: {},
      dependsOn: ['First'],
      deletionPolicy: 'RetainExceptOnCreate',
      updateReplacePolicy: 'Snapshot',
      creationPolicy: { ResourceSignal: { Count: 2, Timeout: 'PT5M' } },
      updatePolicy: { AutoScalingRollingUpdate: { MaxBatchSize: 1 } },
      metadata: { 'aws:cdk:path': 'fleet' },
    });
  });

  test('references in metadata and policies are dependencies too (E13)', () => {
    expect(() => parseTemplate('Resources: {A: {Type: T, Metadata: {X: !Ref A}}}')).toThrow(
      'Circular dependency between resources: [A]',
    );
    expect(() => parseTemplate('Resources: {A: {Type: T, CreationPolicy: {X: !Ref Nope}}}')).toThrow(
      'Unresolved resource dependencies [Nope]',
    );
  });

  test('a resource may have the name of an object member, such as toString (E27)', () => {
    const { resources } = parseTemplate('Resources: {constructor: {Type: T}, toString: {Type: T}}');
    expect(Object.keys(resources)).toEqual(['constructor', 'toString']);
    expect(() => parseTemplate('Resources: {A: {Type: T, Properties: {X: !Ref valueOf}}}')).toThrow(
      'Unresolved resource dependencies [valueOf]',
    );
  });

  test('duplicate keys are refused, although CloudFormation silently drops one', () => {
    expect(() => parseTemplate('Resources:\n  A: {Type: T}\n  A: {Type: U}\n')).toThrow(
      'Template format error: YAML not well-formed. (line 3, column 3) Map keys must be unique',
    );
  });

  test('invalid JSON that is no YAML either is refused without a line number', () => {
    const twice = '{"Description": "a", "Description": "b", "Resources": {"A": {}}}';
    expect(() => parseTemplate(twice)).toThrow(/^Template format error: \[\/Resources\/A\].* member\.$/);
  });

  test('a chain of hundreds of resources is processed', () => {
    const resources = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [
        `R${index}`,
        { Type: 'T', Properties: { Previous: index ? { Ref: `R${index - 1}` } : 'none' } },
      ]),
    );
    expect(Object.keys(parseTemplate(JSON.stringify({ Resources: resources })).resources)).toHaveLength(400);
  });
});
