import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type ClientPlace, placeOf } from '../another-place';
import { refuseReplacedArtifacts } from '../artifact-versions';
import { type Form, type Parameters, ParametersMistake, VERSION } from '../parameters';
import { answerJob, type PipelineEvent } from '../pipeline-job';
import { alarmsNow } from './alarms';
import { ask } from './ask';
import { clockHere } from './clock';
import { type EnvironmentCheck, verify } from './verify';

const codePipeline = new CodePipelineClient({});

/**
 * Verifies that an environment serves the rolled version: it answers at `url` + `path` with `status`, and with
 * `contains` in the answer (in which `{version}` stands for `version`), within `withinMinutes`; then no alarm of
 * `alarms` goes off for `watchMinutes`. The URL and the alarms of an environment elsewhere are read there (see
 * `placeOf`); then the URL is the value of the parameter `urlParameter` of Parameter Store. Artifacts that were
 * replaced meanwhile fail it, so that the environment returns to the earlier version.
 */
export async function handler(event: PipelineEvent): Promise<void> {
  await answerJob(codePipeline, event, async (job) => {
    await refuseReplacedArtifacts(job);
    const place = placeOf(job);
    const request = requestIn(job.parameters, await urlIn(job.parameters, place));
    const cloudWatch = new CloudWatchClient(place);
    return await verify(request, job.state, {
      ask,
      alarms: (names) => alarmsNow(cloudWatch, names),
      clock: clockHere(),
    });
  });
}

async function urlIn(parameters: Parameters, place: ClientPlace): Promise<string> {
  const Name = parameters.optionalText('urlParameter', { pattern: /^(\/[\w.-]+)+$/, form: 'the name of a parameter' });
  if (Name === undefined) return parameters.text('url', URL_OF_ENVIRONMENT);
  const { Parameter } = await new SSMClient(place).send(new GetParameterCommand({ Name }));
  const url = Parameter?.Value ?? '';
  if (URL_OF_ENVIRONMENT.pattern.test(url)) return url;
  throw new ParametersMistake(`the parameter ${Name} does not hold ${URL_OF_ENVIRONMENT.form}`);
}

const URL_OF_ENVIRONMENT: Form = { pattern: /^https?:\/\/[^\s/?#]+\/?$/, form: 'the URL of an environment' };

function requestIn(parameters: Parameters, url: string): EnvironmentCheck {
  const path = parameters.text('path', { pattern: /^\/(?!\/)\S*$/, form: 'a path' });
  const version = parameters.text('version', VERSION);
  const contains = parameters.optionalText('contains', { pattern: /./, form: 'a text' });
  const names = parameters.texts('alarms', { pattern: /./, form: 'names of alarms' });
  return {
    expectation: {
      url: new URL(path, url),
      status: parameters.count('status'),
      contains: contains?.replaceAll('{version}', version),
    },
    withinMinutes: parameters.count('withinMinutes'),
    // As LOCAL_TIME_SCALE, set by a local run alone.
    stableSeconds: Number(process.env['LOCAL_STABLE_SECONDS'] ?? 0),
    watch: names.length > 0 ? { names, minutes: parameters.count('watchMinutes') } : undefined,
  };
}
