import { AwsError } from '../../kernel/failure';
import type { Output } from '../../template/outputs';
import type { Engine } from '../parts';
import type { Work } from '../phases/operation';
import type { ExportRecord, StackRecord } from '../state/records';
import { standingDeployment } from '../state/stack';

/** Refuses outputs whose exports collide with another stack's, or change an export in use (E28). */
export function checkExports({ engine, stack }: Work, outputs: readonly Output[]): void {
  const next = new Map(outputs.flatMap(({ exportName, value }) => (exportName ? [[exportName, value] as const] : [])));
  for (const name of next.keys()) {
    const owner = engine.stackStore.exports.get(name);
    if (owner && owner.stackId !== stack.stackId) {
      throw new AwsError('ValidationError', `Export with name ${name} is already exported by stack ${owner.stackName}`);
    }
  }
  for (const { name, value } of exportsOf(engine, stack)) {
    const [user] = importersOf(engine, name);
    if (user === undefined || next.get(name) === value) continue;
    const verb = next.has(name) ? 'updated' : 'deleted';
    throw new AwsError('ValidationError', `Export ${name} cannot be ${verb} as it is in use by ${user}`);
  }
}

/** Refuses to delete a stack whose exports are in use (E28). */
export function refuseExportsInUse(engine: Engine, stack: StackRecord): void {
  for (const { name } of exportsOf(engine, stack)) {
    const [user] = importersOf(engine, name);
    if (user !== undefined) {
      throw new AwsError('ValidationError', `Export ${name} cannot be deleted as it is in use by ${user}`);
    }
  }
}

/** Makes the stack's exports those of `outputs`. */
export function publishExports(engine: Engine, stack: StackRecord, outputs: readonly Output[]): void {
  for (const { name } of exportsOf(engine, stack)) engine.stackStore.exports.delete(name);
  for (const { exportName: name, value } of outputs) {
    if (name) engine.stackStore.exports.put(name, { name, value, stackId: stack.stackId, stackName: stack.stackName });
  }
}

/** The names of the stacks that use an export. */
export function importersOf(engine: Engine, name: string): string[] {
  return engine.stackStore.stacks
    .values()
    .filter(({ stackId, state }) => {
      const deployment = standingDeployment(state);
      return (
        state.id !== 'DELETE_COMPLETE' &&
        deployment !== undefined &&
        engine.stackStore.deployments.get(stackId, deployment)?.imports.includes(name)
      );
    })
    .map(({ stackName }) => stackName);
}

function exportsOf(engine: Engine, { stackId }: StackRecord): ExportRecord[] {
  return engine.stackStore.exports.values().filter((exported) => exported.stackId === stackId);
}
