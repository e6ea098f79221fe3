import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Coverage, currentCoverage, renderCoverage } from '../../../local/composition/coverage';

const thing: Coverage['providers'][number] = {
  type: 'AWS::Test::Thing',
  fidelity: 'real',
  properties: { Name: 'real', Size: 'real', Tags: 'record' },
  createOnly: ['Name'],
  attributes: ['Arn'],
  note: 'Small ones only.',
};
const record: Coverage['providers'][number] = {
  type: 'AWS::Test::Record',
  fidelity: 'record',
  properties: { Tags: 'record' },
  createOnly: [],
  attributes: [],
};

describe('COVERAGE.md', () => {
  const text = renderCoverage({
    providers: [thing, record],
    operations: { ssm: ['PutParameter', 'GetParameter'], logs: ['FilterLogEvents'] },
  });

  test('lists the supported properties of each resource type, and leaves out empty sections', () => {
    expect(text).toContain(`## Resource types

### AWS::Test::Record: record

- record: \`Tags\`

### AWS::Test::Thing: real

Small ones only.

- real: \`Name\`, \`Size\`
- record: \`Tags\`
- a change replaces it: \`Name\`
- Fn::GetAtt: \`Arn\`

## Operations`);
  });

  test('lists the operations of every service, in order', () => {
    expect(text).toContain('### logs\n\n`FilterLogEvents`\n\n### ssm\n\n`GetParameter`, `PutParameter`\n\n');
  });

  test('lists the actions of pipelines, with the only supported values, and of component documents', () => {
    expect(text).toContain('### Source/AWS/CodeCommit\n\n- configuration: `RepositoryName`, `BranchName`, ');
    expect(text).toContain('`PollForSourceChanges` (false only)');
    expect(text).toContain('### ExecuteBash\n\n- inputs: `commands`\n- outputs: `stdout`\n');
    expect(text).toContain('### Assert\n\nA comparison.\n');
  });

  test('is the same for the same runtime, in any order of registration', () => {
    expect(renderCoverage({ providers: [record, thing], operations: {} })).toBe(
      renderCoverage({ providers: [thing, record], operations: {} }),
    );
  });
});

test('local/COVERAGE.md matches the code (npm run coverage writes it)', () => {
  expect(readFileSync(join(__dirname, '../../../local/COVERAGE.md'), 'utf8')).toBe(currentCoverage());
});
