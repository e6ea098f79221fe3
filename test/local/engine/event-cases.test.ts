import { messageOf } from '../../../local/kernel/failure';
import { casesOf } from '../../rig/cases';
import { type Desk, desk, request, someone, told } from './desk';

/** One operation: a template file (or a verb), with what goes wrong in it. */
interface Step {
  readonly create?: string;
  readonly update?: string;
  readonly delete?: true;
  readonly continue?: readonly string[];
  readonly rollback?: true;
  readonly parameters?: Record<string, string>;
  readonly tags?: Record<string, string>;
  readonly onFailure?: 'ROLLBACK' | 'DO_NOTHING' | 'DELETE';
  readonly retain?: readonly string[];
  /** By `create A`, `delete B` …: the reason, once for each time it happens; null: that time it does not. */
  readonly fails?: Record<string, string | (string | null)[]>;
}

const BEHAVIOURS = ['stack-create', 'stack-update', 'stack-delete'];

describe.each(BEHAVIOURS)('%s: events in AWS’s order and wording', (behaviour) => {
  test.each(casesOf(behaviour).map((one) => [one.title, one] as const))('%s', async (_, one) => {
    const { steps = [] } = one.input<{ steps: Step[] }>();
    let failing = new Map<string, (string | null)[]>();
    const at = desk({
      answer({ verb, logicalId }) {
        const reason = failing.get(`${verb} ${logicalId}`)?.shift();
        return reason === undefined || reason === null ? 'succeeds' : { fails: reason };
      },
    });
    const story: string[][] = [];
    for (const step of steps) {
      const before = count(at);
      failing = new Map(Object.entries(step.fails ?? {}).map(([call, reasons]) => [call, [reasons].flat()]));
      const refusal = await run(at, step, (file) => one.file(file) ?? '').catch(messageOf);
      const refused = typeof refusal === 'string' ? [refusal.replaceAll(stackId(at), 'STACK-ID')] : undefined;
      story.push(refused ?? told(at, stackId(at), before));
    }
    one.expect(story);
    // No two events have the same time: sorted by it, they are in their order.
    const times = at.engine.queries.events(stackId(at)).map((event) => event.at);
    expect(times).toEqual([...new Set(times)].sort());
  });
});

async function run({ engine, clock }: Desk, step: Step, file: (name: string) => string): Promise<unknown> {
  const asked = { stackName: 'desk', principal: someone };
  const started = () => {
    const { parameters, tags, onFailure } = step;
    if (step.create) return engine.startCreate(request(file(step.create), { parameters, tags, onFailure }));
    if (step.update) return engine.startUpdate(request(file(step.update), { parameters, tags, onFailure }));
    if (step.continue) return engine.startContinuation({ ...asked, skip: step.continue });
    if (step.rollback) return engine.startRollback(asked);
    return engine.startDelete({ ...asked, retain: step.retain });
  };
  const done = started()?.done;
  await clock.advance(60_000);
  return done;
}

/** The stack's id outlives its name. */
function stackId({ engine }: Desk): string {
  return engine.queries.stacks()[0]!.stackId;
}

function count(at: Desk): number {
  return at.engine.queries.stacks().length === 0 ? 0 : at.engine.queries.events(stackId(at)).length;
}
