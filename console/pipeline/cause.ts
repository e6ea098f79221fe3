import type { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { awsEvidence } from '../../lambdas/explain-failure/aws-evidence';
import { type Explanation, explain, type NoFailure } from '../../lambdas/explain-failure/cause';

/** Finds the cause of a failed execution. It reads in each action's region, with the caller's credentials. */
export function causeOf(
  codePipeline: CodePipelineClient,
  { pipeline, executionId }: { pipeline: string; executionId: string },
): Promise<Explanation | NoFailure> {
  const placeOf = ({ region }: { readonly region?: string }) => (region === undefined ? {} : { region });
  return explain(awsEvidence({ codePipeline, pipeline, executionId, placeOf }), pipeline);
}
