import { randomInt } from 'node:crypto';
import { scheduler } from 'node:timers/promises';
import { CodeCommitClient, GetCommitCommand } from '@aws-sdk/client-codecommit';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { ImagebuilderClient } from '@aws-sdk/client-imagebuilder';
import { SSMClient } from '@aws-sdk/client-ssm';
import { artifactVersions } from '../artifact-versions';
import { EXECUTION_ID } from '../parameters';
import { answerJob, type PipelineEvent } from '../pipeline-job';
import { highestBaked } from './baked';
import { provenance } from './provenance';
import { ssmCounter } from './ssm-counter';
import { takeVersion } from './version';

const codeCommit = new CodeCommitClient({});
const codePipeline = new CodePipelineClient({});
const imageBuilder = new ImagebuilderClient({});
const ssm = new SSMClient({});

/**
 * Gives the execution its image version, and returns the origin of its commit and the versions of its artifacts.
 * Parameters: `executionId` and `commitId`.
 */
export async function handler(event: PipelineEvent): Promise<void> {
  await answerJob(codePipeline, event, async (job) => {
    const { parameters } = job;
    const executionId = parameters.text('executionId', EXECUTION_ID);
    const commitId = parameters.text('commitId', { pattern: /^[0-9a-f]{40}$/, form: 'a commit id' });
    const repository = setting('REPOSITORY');
    const answer = await codeCommit.send(new GetCommitCommand({ repositoryName: repository, commitId }));
    const majorMinor = setting('MAJOR_MINOR');
    const imageVersion = await takeVersion({
      counter: ssmCounter(ssm, setting('PARAMETER')),
      executionId,
      majorMinor,
      highestBaked: () => highestBaked(imageBuilder, { name: setting('IMAGE'), majorMinor }),
      attempts: 24,
      waitUpTo: (milliseconds) => scheduler.wait(randomInt(milliseconds + 1)),
    });
    const commit = answer.commit ?? {};
    const branch = setting('BRANCH');
    const origin = provenance({ imageVersion, executionId, commitId, repository, branch, commit });
    return { outputVariables: { ...origin, ...(await artifactVersions(job)) } };
  });
}

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is not set`);
  return value;
}
