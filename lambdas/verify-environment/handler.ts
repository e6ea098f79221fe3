import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { placeOf } from '../another-place';
import type { Parameters } from '../parameters';
import { answerJob, type PipelineEvent } from '../pipeline-job';
import { alarmsNow } from './alarms';
import { ask } from './ask';
import { clockHere } from './clock';
import { type Request, verify } from './verify';

const clock = clockHere();
const codePipeline = new CodePipelineClient({});

/**
 * Verifies that an environment serves what was rolled: it answers at `url` + `path` with `status`, and `contains` in the
 * answer (where `{version}` stands for `version`), within `withinMinutes`; then no alarm of `alarms` goes off for
 * `watchMinutes`. Alarms of another account or region: see `placeOf`.
 */
export async function handler(event: PipelineEvent): Promise<void> {
  await answerJob(codePipeline, event, async (job) => {
    const request = requestIn(job.parameters);
    const cloudWatch = new CloudWatchClient(placeOf(job));
    return await verify(request, job.state, {
      ask,
      alarms: (names) => alarmsNow(cloudWatch, names),
      clock,
    });
  });
}

function requestIn(parameters: Parameters): Request {
  const url = parameters.text('url', { pattern: /^https?:\/\/[^\s/?#]+\/?$/, form: 'the URL of an environment' });
  const path = parameters.text('path', { pattern: /^\/(?!\/)\S*$/, form: 'a path' });
  const version = parameters.text('version', { pattern: /^\d+\.\d+\.\d+$/, form: 'an image version' });
  const contains = parameters.optionalText('contains', { pattern: /./, form: 'a text' });
  const names = parameters.texts('alarms', { pattern: /./, form: 'names of alarms' });
  return {
    expectation: {
      url: new URL(path, url),
      status: parameters.count('status'),
      contains: contains?.replaceAll('{version}', version),
    },
    withinMinutes: parameters.count('withinMinutes'),
    watch: names.length > 0 ? { names, minutes: parameters.count('watchMinutes') } : undefined,
  };
}
