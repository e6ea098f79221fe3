import { type CodeCommitClient, GetBranchCommand, GetCommitCommand } from '@aws-sdk/client-codecommit';
import type { ActionDeclaration, PipelineDeclaration } from '@aws-sdk/client-codepipeline';
import { Refusal, refusedWith, WrongUse } from '../../cli/refusal';
import type { Pipeline } from './pipeline';

/** Commits of the branch, from its tip, that are searched for a short id. Each costs a request. */
const DEPTH = 200;

/** The action that takes the source from CodeCommit. */
export function sourceAction({ name, stages = [] }: PipelineDeclaration): ActionDeclaration {
  const actions = stages.flatMap(({ actions = [] }) => actions);
  const found = actions.find(({ actionTypeId }) => actionTypeId?.provider === 'CodeCommit');
  if (!found) throw new Refusal(`${name} has no source in CodeCommit, so no commit can be chosen`);
  return found;
}

/**
 * Returns the full id of the commit whose id is or begins with `given`. CodeCommit accepts only full ids, so a short one is
 * looked up among the commits that the pipeline has run, and then in the branch's history. Throws a `Refusal` if it finds
 * none or several.
 */
export async function resolveCommit(
  given: string,
  { codeCommit, pipeline, source }: { codeCommit: CodeCommitClient; pipeline: Pipeline; source: ActionDeclaration },
): Promise<string> {
  const id = given.toLowerCase();
  if (!/^[0-9a-f]{4,40}$/.test(id))
    throw new WrongUse(`option "--commit" must be a commit id of 4 to 40 hexadecimal digits, not "${given}"`);
  const { RepositoryName: repositoryName = '', BranchName: branchName = '' } = source.configuration ?? {};
  if (id.length === 40) {
    await parentsOf(codeCommit, repositoryName, id);
    return id;
  }
  const found = new Set([...(await revisionsOf(pipeline, source)).filter((revision) => revision.startsWith(id))]);
  if (found.size === 0) {
    const { branch } = await codeCommit.send(new GetBranchCommand({ repositoryName, branchName }));
    let layer = branch?.commitId ? [branch.commitId] : [];
    const seen = new Set<string>();
    while (layer.length > 0 && seen.size < DEPTH) {
      const parents: string[] = [];
      for (const commit of layer) {
        if (seen.has(commit)) continue;
        seen.add(commit);
        if (commit.startsWith(id)) found.add(commit);
        parents.push(...(await parentsOf(codeCommit, repositoryName, commit)));
      }
      layer = parents;
    }
  }
  const [commit, another] = found;
  if (another) throw new Refusal(`--commit ${given} could be ${[...found].join(' or ')}`);
  if (commit) return commit;
  throw new Refusal(
    `--commit ${given}: no commit that ran, and none of the latest ${DEPTH} of ${branchName} in ${repositoryName}, begins with this; give its full id`,
  );
}

async function parentsOf(codeCommit: CodeCommitClient, repositoryName: string, commitId: string): Promise<string[]> {
  try {
    const { commit } = await codeCommit.send(new GetCommitCommand({ repositoryName, commitId }));
    return commit?.parents ?? [];
  } catch (error) {
    if (refusedWith(error, 'CommitIdDoesNotExistException', 'CommitDoesNotExistException'))
      throw new Refusal(`--commit ${commitId}: ${repositoryName} does not have this commit; push it first`);
    throw error;
  }
}

async function revisionsOf(pipeline: Pipeline, source: ActionDeclaration): Promise<string[]> {
  const revisions: string[] = [];
  for await (const { sourceRevisions = [] } of pipeline.executions()) {
    for (const { actionName, revisionId = '' } of sourceRevisions)
      if (actionName === source.name) revisions.push(revisionId);
  }
  return revisions;
}
