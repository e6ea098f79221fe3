import { declaredPipeline } from '../../../local/commands/declared-pipeline';
import { stack } from './assembly-stack';

/** A stack with a pipeline that takes its source from the branch `main`. */
const withPipeline = (stackName: string, Name: unknown, RepositoryName: unknown = 'greeter') => {
  const Configuration = { RepositoryName, BranchName: 'main' };
  const Pipeline = {
    Type: 'AWS::CodePipeline::Pipeline',
    Properties: { Name, Stages: [{ Name: 'Source', Actions: [{ Name: 'Commit', Configuration }] }] },
  };
  return stack(stackName, {}, { templateBody: JSON.stringify({ Resources: { Pipeline } }) });
};
const assembly = (...stacks: ReturnType<typeof stack>[]) => ({ directory: '', stacks, stages: [] });

test('the pipeline is the one that the assembly declares, with its source, whichever others a state holds', () => {
  const pipeline = withPipeline('greeter-pipeline', 'greeter');
  expect(declaredPipeline(assembly(stack('a-repository', { A: '1' }), pipeline), '/project')).toEqual({
    stack: pipeline,
    name: 'greeter',
    repository: 'greeter',
    branch: 'main',
  });
});

test('an assembly without a pipeline is refused', () => {
  expect(() => declaredPipeline(assembly(stack('a-repository', {})), '/project')).toThrow(
    '/project: declares no pipeline',
  );
});

test('a pipeline whose name or source comes from a function of the template is refused', () => {
  const refused = /^greeter-pipeline: declares a pipeline without a name, or .* — write them as text$/;
  const made = { Ref: 'Name' };
  expect(() => declaredPipeline(assembly(withPipeline('greeter-pipeline', made)), '/project')).toThrow(refused);
  expect(() => declaredPipeline(assembly(withPipeline('greeter-pipeline', 'greeter', made)), '/project')).toThrow(
    refused,
  );
});
