import { type Finding, ok, problem, unknown, warning } from '../finding';
import { type Check, resourcesOf } from '../subject';

interface Environment {
  readonly Type: string;
  readonly Image: string;
  readonly ComputeType: string;
}

export const builds: Check = {
  name: 'builds',
  otherwise: 'https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html',
  async run({ look, stacks, place }) {
    const environments = resourcesOf(stacks, 'AWS::CodeBuild::Project').map((one) => one['Environment'] as Environment);
    const [first] = environments;
    if (!first) return [];
    const offered = await look.buildImages();
    const missing = [...new Set(environments.map(({ Image }) => Image))].filter((image) => !offered.has(image));
    const another = 'use image.architecture x86_64, or another region';
    return [
      ...missing.map((image) => problem(`CodeBuild has no ${image} in ${place.region}`, another)),
      ...(missing.length > 0 ? [] : [ok(`CodeBuild has ${first.Image}`)]),
      concurrency(await look.quotas('codebuild'), first),
    ];
  },
};

/** A new account may have no concurrency: a build then fails with `AccountLimitExceededException`. */
function concurrency(quotas: ReadonlyMap<string, number>, { Type, ComputeType }: Environment): Finding {
  const machine = `${Type === 'ARM_CONTAINER' ? 'ARM' : 'Linux'}/${SIZES[ComputeType] ?? ComputeType}`;
  const name = `Concurrently running builds for ${machine} environment`;
  const page = 'https://console.aws.amazon.com/servicequotas/home/services/codebuild/quotas';
  const quota = quotas.get(name);
  if (quota === undefined) return unknown(`AWS reports no quota "${name}"`, page);
  const text = `at a time on ${machine}: ${quota}`;
  if (quota < 1) return problem(text, `ask for more of "${name}": ${page}`);
  return quota < 2 ? warning(`${text}. Compile and Synth wait for each other`, page) : ok(text);
}

const SIZES: Readonly<Record<string, string>> = { BUILD_GENERAL1_SMALL: 'Small', BUILD_GENERAL1_MEDIUM: 'Medium' };
