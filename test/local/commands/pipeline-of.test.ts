import type { Assembly } from '../../../local/assembly/assembly';
import { pipelineOf } from '../../../local/commands/pipeline-of';
import type { LocalRuntime } from '../../../local/compose';
import { stack } from './assembly-stack';

/** Two pipelines are in the state; the other one comes first by name, and was deployed before. */
const DEPLOYED: Record<string, { type: string; live?: { physicalId: string } }[]> = {
  'another-pipeline': [{ type: 'AWS::CodePipeline::Pipeline', live: { physicalId: 'another' } }],
  'greeter-pipeline': [
    { type: 'AWS::S3::Bucket', live: { physicalId: 'artifacts' } },
    { type: 'AWS::CodePipeline::Pipeline', live: { physicalId: 'greeter' } },
  ],
};
const place = { stacks: { queries: { resources: (name: string) => DEPLOYED[name] ?? [] } } };
const runtime = { in: () => place } as unknown as LocalRuntime;
const assembly = (...names: string[]): Assembly => ({
  directory: '',
  stacks: names.map((name) => stack(name, {})),
  stages: [],
});

test('it is the one that the assembly declares, whichever others there are', () => {
  const declared = assembly('greeter-repository', 'greeter-pipeline');
  expect(pipelineOf(runtime, declared, '/project')).toEqual({ place, name: 'greeter' });
});

test('an assembly without one is refused', () => {
  expect(() => pipelineOf(runtime, assembly('greeter-repository'), '/project')).toThrow(
    '/project: declares no pipeline',
  );
});
