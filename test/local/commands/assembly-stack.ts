import type { AssemblyStack } from '../../../local/assembly/assembly';

/** A stack of SSM parameters, by logical id. */
export function stack(
  stackName: string,
  values: Record<string, string>,
  further: Partial<AssemblyStack> = {},
): AssemblyStack {
  const resources = Object.entries(values).map(([logicalId, value]) => {
    const properties = { Name: `/${stackName}/${logicalId}`, Type: 'String', Value: value };
    return [logicalId, { Type: 'AWS::SSM::Parameter', Properties: properties }];
  });
  return {
    id: stackName,
    displayName: stackName,
    stackName,
    templateFile: '',
    templateBody: JSON.stringify({ Resources: Object.fromEntries(resources) }),
    parameters: {},
    tags: {},
    dependencies: [],
    assets: [],
    environment: {},
    terminationProtection: false,
    ...further,
  };
}
