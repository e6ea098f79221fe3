import type {
  ActionFacts,
  ActivityFacts,
  BuildFacts,
  Evidence,
  ExecutionFacts,
  ImageFacts,
  LogPlace,
  RuleFacts,
  StackEventFacts,
} from '../../../lambdas/explain-failure/evidence';

/** A case's `evidence.json`. Evidence that is not in it does not exist; evidence in `refused` may not be read. */
export interface Written {
  readonly execution: ExecutionFacts;
  readonly actions: readonly (Partial<ActionFacts> & Pick<ActionFacts, 'stage' | 'action'>)[];
  readonly rules?: readonly RuleFacts[];
  readonly stacks?: Readonly<Record<string, readonly (Partial<StackEventFacts> & { at: string })[]>>;
  readonly builds?: Readonly<Record<string, BuildFacts>>;
  readonly images?: Readonly<Record<string, ImageFacts>>;
  readonly activities?: Readonly<Record<string, readonly ActivityFacts[]>>;
  /** By group, or by group and stream with a space between. */
  readonly logs?: Readonly<Record<string, readonly string[]>>;
  readonly consoles?: Readonly<Record<string, readonly string[]>>;
  readonly refused?: readonly (keyof Evidence)[];
}

/** Times of a case are `09:00:00` of one day. */
const at = (time: string) => `2025-11-21T${time}.000Z`;

export function evidenceFrom(written: Written): Evidence {
  const answer = async <T>(question: keyof Evidence, value: T): Promise<T> => {
    if (written.refused?.includes(question)) {
      throw Object.assign(new Error(`not authorized: ${question}`), { name: 'AccessDeniedException' });
    }
    return value;
  };
  const logKey = ({ group, stream }: LogPlace) => (stream ? `${group} ${stream}` : group);
  return {
    execution: () => answer('execution', written.execution),
    actions: () => answer('actions', written.actions.map(action)),
    rules: () =>
      answer(
        'rules',
        (written.rules ?? []).map((one) => ({ ...one, endedAt: at(one.endedAt) })),
      ),
    stackEvents: (stack) => answer('stackEvents', (written.stacks?.[stack] ?? []).map(stackEvent)),
    build: (id) => answer('build', written.builds?.[id]),
    image: (arn) => answer('image', written.images?.[arn]),
    activities: (group) => {
      const found = written.activities?.[group] ?? [];
      return answer(
        'activities',
        found.map((one) => ({ ...one, at: at(one.at) })),
      );
    },
    logTail: (log) => answer('logTail', written.logs?.[logKey(log)] ?? []),
    consoleOf: (instanceId) => answer('consoleOf', written.consoles?.[instanceId] ?? []),
  };
}

function action(facts: Written['actions'][number]): ActionFacts {
  return {
    category: '',
    provider: '',
    status: 'Failed',
    configuration: {},
    place: {},
    ...facts,
    startedAt: at(facts.startedAt ?? '09:00:00'),
    endedAt: at(facts.endedAt ?? '10:00:00'),
  };
}

function stackEvent(facts: Partial<StackEventFacts> & { at: string }): StackEventFacts {
  return { logicalId: '', type: 'AWS::CloudFormation::Stack', status: '', ...facts, at: at(facts.at) };
}
