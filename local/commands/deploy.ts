import { readFileSync } from 'node:fs';
import type { Assembly, AssemblyStack } from '../assembly/assembly';
import { assetIn } from '../assembly/assets';
import type { LocalRuntime, ScopedRuntime } from '../composition/compose';
import { type Scope, scopeName } from '../kernel/arn';
import { UserMistake } from '../kernel/failure';
import type { StackSummary } from '../kernel/ports';
import type { Progress } from '../terminal/progress';
import { bootstrap } from './bootstrap';
import { packDirectory } from './pack-directory';

const CAPABILITIES = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'];

const STABLE = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE']);

export interface AssemblyDeployment {
  readonly progress: Progress;
  /** Called before each stack is deployed. */
  before?(stack: AssemblyStack): Promise<void>;
}

/**
 * Deploys the top-level stacks of the assembly in the order of their dependencies, as `cdk deploy --all` does: in the
 * account and region of the stack, as the administrator there, as CDK uses a profile for each account. Throws if a
 * stack fails, with the first failed resource.
 */
export async function deployAssembly(
  runtime: LocalRuntime,
  assembly: Assembly,
  { progress, before }: AssemblyDeployment,
): Promise<void> {
  for (const stack of assembly.stacks) {
    await before?.(stack);
    const key = `deploy/${stack.id}`;
    const place = runtime.in(stack.environment);
    progress.begin(key, titleOf(stack, runtime.scope));
    try {
      await bootstrap(place, runtime.scope.account);
      await publishAssets(place, stack);
      progress.end(key, { ok: true, detail: await deployStack(place, stack) });
    } catch (error) {
      progress.end(key, { ok: false, detail: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  }
}

/** Appends the account and region if they are not the default ones. */
function titleOf({ stackName, environment }: AssemblyStack, home: Scope): string {
  const place = scopeName({ ...home, ...environment });
  return place === scopeName(home) ? stackName : `${stackName} (${place})`;
}

async function publishAssets({ scope, s3 }: ScopedRuntime, stack: AssemblyStack): Promise<void> {
  for (const asset of stack.assets.map((each) => assetIn(scope, each))) {
    // An asset's key is a hash of its content, so an existing object is the same.
    if (s3.current(asset.bucketName, asset.objectKey)) continue;
    const body = asset.packaging === 'zip' ? await packDirectory(asset.sourcePath) : readFileSync(asset.sourcePath);
    s3.write(asset.bucketName, asset.objectKey, body);
  }
}

/** True if a deployment creates the stack, because it does not exist or was never complete (E2). */
export function isToBeCreated({ stacks }: ScopedRuntime, { stackName }: AssemblyStack): boolean {
  const { status } = stacks.describe(stackName) ?? {};
  return status === undefined || status === 'ROLLBACK_COMPLETE' || status === 'REVIEW_IN_PROGRESS';
}

/** Creates or updates the stack, and returns a description of the result. */
async function deployStack(place: ScopedRuntime, stack: AssemblyStack): Promise<string> {
  const { stacks, principal } = place;
  const { stackName, templateBody, tags } = stack;
  const parameters = Object.entries(stack.parameters).map(([key, value]) => ({ key, value }));
  const request = { stackName, templateBody, tags, parameters, capabilities: CAPABILITIES, principal };
  const creates = isToBeCreated(place, stack);
  // E2: a stack whose creation failed can only be deleted. It never served.
  if (stacks.describe(stackName)?.status === 'ROLLBACK_COMPLETE') await stacks.delete(stackName, principal);
  if (creates)
    return finished(stack, { summary: await stacks.create(request), failure: () => stacks.firstFailure(stackName) });
  try {
    return finished(stack, { summary: await stacks.update(request), failure: () => stacks.firstFailure(stackName) });
  } catch (error) {
    if (error instanceof Error && /No updates are to be performed/.test(error.message)) return 'no changes';
    throw error;
  }
}

function finished(
  stack: AssemblyStack,
  { summary, failure }: { summary: StackSummary; failure: () => string | undefined },
): string {
  if (STABLE.has(summary.status)) return summary.status;
  const why = failure() ?? summary.statusReason ?? 'No reason was provided';
  throw new UserMistake(stack.stackName, `${summary.status}: ${why}`);
}
