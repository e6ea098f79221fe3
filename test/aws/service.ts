import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { until } from '../rig/until';
import type { Trial } from './trial';

/** Returns the address of the environment, an output of its stack. */
export async function urlOf({ name }: Trial): Promise<string> {
  const StackName = `${name}-dev-environment`;
  const { Stacks } = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName }));
  const url = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'Url')?.OutputValue;
  if (!url) throw new Error(`${StackName} has no output Url`);
  return url;
}

/** Asks the environment once, and returns the text of its answer. Throws if the status is not 200. */
async function answerOf(trial: Trial): Promise<string> {
  const response = await fetch(await urlOf(trial));
  const text = await response.text();
  if (response.status !== 200) throw new Error(`the environment answers ${response.status}`);
  return text;
}

/** Throws if the environment does not serve this commit. */
export async function expectCommit(trial: Trial, commit: string): Promise<void> {
  const answer = (await answerOf(trial)).trim().split('\n').join(', ');
  if (!answer.includes(`commit ${commit}`)) throw new Error(`the environment answers "${answer}", not of ${commit}`);
  trial.transcript.note(`the environment answers: ${answer}`);
}

/** Asks the environment again and again, until it is stopped; then it tells how many answers were not 200. */
export class Watch {
  private readonly ending = new AbortController();
  private asked = 0;
  private lost = 0;
  private readonly loop: Promise<void>;

  constructor(url: string, everyMs: number) {
    this.loop = this.watch(url, everyMs);
  }

  async stop(): Promise<{ asked: number; lost: number }> {
    this.ending.abort();
    await this.loop;
    return { asked: this.asked, lost: this.lost };
  }

  private async watch(url: string, everyMs: number): Promise<void> {
    const { signal } = this.ending;
    await until(async () => {
      const status = await fetch(url, { signal: AbortSignal.timeout(10_000) }).then(
        async (response) => {
          await response.text();
          return response.status;
        },
        () => 0,
      );
      this.asked++;
      if (status !== 200) this.lost++;
      return signal.aborted;
    }, everyMs);
  }
}
