import { type Assembly, type AssemblyStack, allStacks } from '../assembly/assembly';
import type { LocalRuntime, ScopedRuntime } from '../composition/compose';
import { scopeName } from '../kernel/arn';
import { UserMistake } from '../kernel/failure';
import type { Progress } from '../terminal/progress';
import { BOOTSTRAP_STACK } from './bootstrap';
import { PIPELINE } from './declared-pipeline';

/** A stack that stands, and that the assembly does not declare. */
export interface Leftover {
  readonly place: ScopedRuntime;
  readonly stackName: string;
}

/** Returns the newest first: later stacks depend on earlier ones, so this is the order in which they can be deleted. */
export function leftovers(runtime: LocalRuntime, assembly: Assembly): Leftover[] {
  const key = (place: ScopedRuntime, stackName: string) => `${scopeName(place.scope)} ${stackName}`;
  const placed = ({ environment, stackName }: AssemblyStack) => key(runtime.in(environment), stackName);
  const declared = new Set(allStacks(assembly).map(placed));
  return runtime
    .scopes()
    .flatMap((place) => standing(place).map((stackName) => ({ place, stackName })))
    .filter(({ place, stackName }) => !declared.has(key(place, stackName)));
}

/**
 * Throws, before anything is created, if the state holds another application. Deployed beside it, the new one would
 * take its repository or leave its resources behind.
 */
export function refuseOtherApplication(runtime: LocalRuntime, assembly: Assembly, state: string): void {
  const isThere = ({ environment, stackName }: AssemblyStack) => standing(runtime.in(environment)).includes(stackName);
  if (assembly.stacks.some(isThere)) return;
  const other = leftovers(runtime, assembly).find(({ place, stackName }) =>
    place.stacks.queries.resources(stackName).some(({ type }) => type === PIPELINE),
  );
  if (!other) return;
  throw new UserMistake(
    state,
    `holds another application: the settings declare no stack ${other.stackName}`,
    'restore the name in infra/settings.ts, give the new application its own directory with --state DIR, or start with --fresh to forget the old one',
  );
}

/** Names running resources that the settings no longer declare. Only a person deletes a fleet that serves. */
export function tellLeftovers(found: readonly Leftover[], shell: string, progress: Progress): void {
  if (found.length === 0) return;
  progress.say(
    `still there, though the settings no longer declare it: ${found.map(({ stackName }) => stackName).join(', ')}`,
  );
  progress.say(`to delete them: ${shell}, then these commands, each after the one before has finished:`);
  for (const { place, stackName } of found) {
    progress.say(`  aws cloudformation delete-stack --region ${place.scope.region} --stack-name ${stackName}`);
  }
}

function standing({ stacks }: ScopedRuntime): string[] {
  return stacks.queries
    .stacks()
    .filter(({ state, stackName }) => state.id !== 'DELETE_COMPLETE' && stackName !== BOOTSTRAP_STACK)
    .map(({ stackName }) => stackName);
}
