import type { Jobs } from '../jobs';
import { ActionFailed, type ActionRunner } from './action';

/** Invokes a function with a job, and waits for the result that the function reports (A37–A44). */
export function lambdaInvoke(jobs: Jobs): ActionRunner {
  return async (request) => {
    const { configuration, inputs, outputs, credentials, progress } = request;
    const functionName = configuration['FunctionName'] ?? '';
    const result = await jobs.run({ functionName, configuration, inputs, outputs, credentials, progress });
    if (result.type === 'failure') {
      throw new ActionFailed(result.failureType, result.message, { externalId: result.externalId });
    }
    return { summary: result.summary, externalId: result.externalId, outputVariables: result.outputVariables };
  };
}
