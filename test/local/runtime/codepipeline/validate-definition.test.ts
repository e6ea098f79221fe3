import type {
  ActionDefinition,
  FailureDefinition,
  PipelineDefinition,
} from '../../../../local/runtime/codepipeline/definition';
import { validateDefinition } from '../../../../local/runtime/codepipeline/validate-definition';
import { action, approval, pipeline, source } from './pipelines';

const build = (change: Partial<ActionDefinition> = {}) => action('Compile', { ...change });
const refused = (definition: PipelineDefinition) => expect(() => validateDefinition(definition));

describe('a pipeline’s structure', () => {
  test('is accepted if it can run', () => {
    expect(() => validateDefinition(pipeline([source], [build()]))).not.toThrow();
  });

  test('needs two stages (A3)', () => {
    refused(pipeline([source])).toThrow('Pipeline should have at least 2 stages');
  });

  test('has its source actions in the first stage, and no other actions there (A4)', () => {
    refused(pipeline([source, build()], [build({ name: 'Other' })])).toThrow(
      'must only contain source actions; Compile is none',
    );
    const late = { ...source, name: 'Late', outputArtifacts: ['Other'] };
    refused(pipeline([source], [late])).toThrow('Source action Late may only be in the first stage');
  });

  test('has unique names (A5)', () => {
    refused(pipeline([source], [build(), build()])).toThrow('Action names must be unique within stage Stage2: Compile');
    const twice = build({ name: 'Again', outputArtifacts: ['Built'] });
    refused(pipeline([source], [build({ outputArtifacts: ['Built'] }), twice])).toThrow(
      'unique within a pipeline: Built',
    );
  });

  test('has configuration values of 1 to 1000 characters, measured as written (A7)', () => {
    const long = build({ configuration: { ProjectName: 'p', EnvironmentVariables: 'x'.repeat(1001) } });
    refused(pipeline([source], [long])).toThrow(
      "1 validation error detected: Value at 'pipeline.stages.2.member.actions.1.member.configuration' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 1000, Member must have length greater than or equal to 1]",
    );
  });

  test('a definition accepts UserParameters of 50,000 characters and refuses more (A7)', () => {
    const invoke = (length: number) =>
      pipeline(
        [source],
        [
          build({
            category: 'Invoke',
            provider: 'Lambda',
            configuration: { FunctionName: 'f', UserParameters: 'x'.repeat(length) },
          }),
        ],
      );
    refused(invoke(50_000)).not.toThrow();
    refused(invoke(50_001)).toThrow('less than or equal to 50000');
  });

  test('gives each kind of action its number of artifacts (A8)', () => {
    refused(pipeline([source], [build({ inputArtifacts: [] })])).toThrow(
      'Action Compile declares 0 input artifacts which is less than the minimum count (1)',
    );
  });

  test('reads no artifact that no earlier action writes', () => {
    refused(pipeline([source], [build({ inputArtifacts: ['Elsewhere'] })])).toThrow(
      'declares input artifact Elsewhere',
    );
  });

  test('queues executions, and has variables, only as V2 (A2)', () => {
    const definition = pipeline([source], [build()]);
    refused({ ...definition, pipelineType: 'V1', executionMode: 'QUEUED' }).toThrow(
      'QUEUED requires a pipeline of type V2',
    );
    refused({ ...definition, pipelineType: 'V1', variables: [{ name: 'a' }] }).toThrow('require a pipeline of type V2');
  });

  test('gives no two actions the same namespace, and none a reserved one (A5, A24)', () => {
    const twice = build({ namespace: 'SourceVariables' });
    refused(pipeline([source], [twice])).toThrow(
      'Namespaces must be unique across the pipeline definition. The following occur more than once in the pipeline. StageName=[Stage2], ActionName=[Compile], Namespace=[SourceVariables]',
    );
    refused(pipeline([source], [build({ namespace: 'codepipeline' })])).toThrow('The namespace is reserved.');
    refused(pipeline([source], [build({ namespace: 'Source' })])).toThrow('is also the name of an artifact');
  });

  const asks = (name: string, value: string, change: Partial<ActionDefinition> = {}) =>
    build({ name, configuration: { ProjectName: 'p', EnvironmentVariables: value }, ...change });

  test('may refer to outputs of earlier actions (A24)', () => {
    const answers = asks('Answers', '#{SourceVariables.CommitId}', { namespace: 'Answer' });
    const later = asks('Later', '#{Answer.x} #{codepipeline.PipelineExecutionId}', { runOrder: 2 });
    expect(() => validateDefinition(pipeline([source], [later, answers]))).not.toThrow();
  });

  test.each([
    ['an unknown one', asks('Asks', '#{Nobody.x}')],
    ['that of an action beside it', asks('Asks', '#{Beside.x}')],
    ['its own', asks('Asks', '#{Own.x}', { namespace: 'Own' })],
    ['that of the pipeline’s variables, where there are none', asks('Asks', '#{variables.x}')],
  ])('may not refer to an unknown namespace such as %s (A28)', (_which, asking) => {
    const text = asking.configuration['EnvironmentVariables'];
    refused(pipeline([source], [asking, build({ name: 'Beside', namespace: 'Beside' })])).toThrow(
      `The following pipeline execution variables are referencing a namespace that does not exist. StageName=[Stage2], ActionName=[Asks], ActionConfigurationKey=[EnvironmentVariables], VariableReferenceText=[${text}]`,
    );
  });

  test('may use its own variables only after the source stage (A25)', () => {
    const variables = [{ name: 'size', defaultValue: '1' }];
    const asking = pipeline([source], [asks('Asks', '#{variables.size}')]);
    expect(() => validateDefinition({ ...asking, variables })).not.toThrow();
    const branch = { ...source, configuration: { ...source.configuration, BranchName: '#{variables.size}' } };
    refused({ ...pipeline([branch], [build()]), variables }).toThrow('VariableReferenceText=[#{variables.size}]');
  });

  test('may not hold text that only looks like a reference (A28)', () => {
    refused(pipeline([source], [asks('Asks', 'a #{b} c')])).toThrow('VariableReferenceText=[#{b}]');
  });

  test('starts its sources by events, not by polling (A30, A31)', () => {
    const { PollForSourceChanges: _, ...polled } = source.configuration;
    refused(pipeline([{ ...source, configuration: polled }], [build()])).toThrow(
      'PollForSourceChanges true is not supported by the local runtime',
    );
  });

  test.each<[string, Record<string, string>, string]>([
    ['without a template', { ActionMode: 'CREATE_UPDATE' }, "missing required configuration 'TemplatePath'"],
    [
      'without a change set’s name',
      { ActionMode: 'CHANGE_SET_EXECUTE' },
      "missing required configuration 'ChangeSetName'",
    ],
    ['in a mode that there is not', { ActionMode: 'CREATE_OR_ELSE' }, 'ActionMode CREATE_OR_ELSE is not supported'],
    [
      'with a setting that there is not',
      { ActionMode: 'DELETE_ONLY', RoleArn: 'r', Color: 'red' },
      "unknown configuration 'Color'",
    ],
  ])('cannot deploy a stack %s (A47)', (_what, configuration, words) => {
    const deploy = build({
      name: 'Deploy',
      category: 'Deploy',
      provider: 'CloudFormation',
      configuration: { StackName: 's', ...configuration },
    });
    refused(pipeline([source], [deploy])).toThrow(words);
  });

  test('has a time-out only on approvals (A57)', () => {
    refused(pipeline([source], [build({ timeoutInMinutes: 5 })])).toThrow(
      'TimeoutInMinutes of action Compile of stage Stage2 can only be set for manual approval actions',
    );
  });

  test.each([4, 86_401, 5.5])('has no approval that waits %s minutes (A57)', (timeoutInMinutes) => {
    expect(() => validateDefinition(pipeline([source], [approval({ timeoutInMinutes: 5 })]))).not.toThrow();
    refused(pipeline([source], [approval({ timeoutInMinutes })])).toThrow(
      'TimeoutInMinutes of action Approve of stage Stage2 must be a whole number from 5 to 86400',
    );
  });

  test('gives an approval no artifacts, and no configuration but its three settings (A8, A57)', () => {
    refused(pipeline([source], [approval({ inputArtifacts: ['Source'] })])).toThrow('more than the maximum count (0)');
    refused(pipeline([source], [approval({ configuration: { Color: 'red' } })])).toThrow(
      "contains unknown configuration 'Color'",
    );
  });

  test('has OnFailure only as V2, and no rollback of its source stage (A1, A22)', () => {
    const failing = (onFailure: FailureDefinition) => {
      const definition = pipeline([source], [build()]);
      return { ...definition, stages: definition.stages.map((stage) => ({ ...stage, onFailure })) };
    };
    refused({ ...failing({ result: 'RETRY' }), pipelineType: 'V1' }).toThrow(
      'conditions and OnFailure require a pipeline of type V2',
    );
    refused(failing({ result: 'ROLLBACK' })).toThrow('Stage Stage1: a source stage cannot be rolled back');
    refused(failing({ result: 'FAIL', retryMode: 'ALL_ACTIONS' })).toThrow('RetryConfiguration requires Result RETRY');
  });

  test('with an unsupported action type is refused by name', () => {
    const deploy = build({ category: 'Deploy', provider: 'ECS' });
    refused(pipeline([source], [deploy])).toThrow(
      'the action type Deploy/AWS/ECS is not supported by the local runtime',
    );
  });
});
