import { propertiesOf, template } from '../../synthesized';

interface Action {
  readonly ActionTypeId: { readonly Provider: string };
  readonly Configuration: Record<string, unknown>;
}

const pipeline = template('greeter-pipeline');

test('an action may invoke its function and list functions, and every invoked function may report its result (A43)', () => {
  const grants = propertiesOf(pipeline, 'AWS::IAM::Role').map(({ Policies }) => {
    const [policy] = (Policies ?? []) as {
      PolicyDocument: { Statement: { Action: string[]; Resource: unknown[] }[] };
    }[];
    return policy?.PolicyDocument.Statement ?? [];
  });
  const granting = (action: string) => grants.filter((all) => all.some(({ Action }) => Action.includes(action)));
  const asking = granting('lambda:InvokeFunction');
  const [definition] = propertiesOf(pipeline, 'AWS::CodePipeline::Pipeline');
  const invoked = (definition!['Stages'] as { Actions: Action[] }[]).flatMap(({ Actions }) =>
    Actions.filter(({ ActionTypeId }) => ActionTypeId.Provider === 'Lambda'),
  );
  const asked = new Set(invoked.map(({ Configuration }) => JSON.stringify(Configuration['FunctionName'])));
  expect(asking).toHaveLength(asked.size);
  for (const all of asking) {
    expect(all.find(({ Action }) => Action.includes('lambda:ListFunctions'))?.Resource).toEqual(['*']);
  }
  expect(granting('codepipeline:PutJobSuccessResult')).toHaveLength(asked.size);
  for (const all of granting('codepipeline:PutJobSuccessResult')) {
    expect(all.find(({ Action }) => Action.includes('codepipeline:PutJobFailureResult'))?.Resource).toEqual(['*']);
  }
});
