import { parseArn } from '../../kernel/arn';
import { GuestTree, LeavesTree } from '../../kernel/guest-tree';
import type { Objects } from '../../kernel/ports';
import type { BuildLog } from './build-log';
import type { Buildspec } from './buildspec';
import { PhaseFailed } from './failed';
import type { Project } from './records';
import type { Shared } from './workspace';

/**
 * Returns the text of a project's buildspec and its location: in the project itself, in S3, or at a path of the source.
 * Errors: `YAML_FILE_ERROR` with CodeBuild's message.
 */
export async function findBuildspec(
  source: Project['source'],
  directory: Shared,
  objects: Objects,
): Promise<{ text: string; place: string }> {
  const { buildspec = 'buildspec.yml' } = source;
  if (/\n|^\s*[{]|^\s*version\s*:/.test(buildspec)) return { text: buildspec, place: 'the buildspec of the project' };
  const arn = parseArn(buildspec);
  if (arn?.service === 's3') {
    const [bucket = '', ...key] = arn.resource.split('/');
    return { text: objects.read(bucket, key.join('/')).toString(), place: buildspec };
  }
  const place = `${directory.guest}/${buildspec}`;
  const content = await readInside(new GuestTree(directory.host, directory.guest), buildspec);
  if (content) return { text: content.toString(), place };
  const message =
    source.buildspec === undefined ? 'YAML file does not exist' : `stat ${place}: no such file or directory`;
  throw new PhaseFailed('YAML_FILE_ERROR', message);
}

/** A link that leads out of the source leads to nothing of the build's. */
async function readInside(tree: GuestTree, path: string): Promise<Buffer | undefined> {
  try {
    const file = tree.resolve(path);
    return file === undefined ? undefined : (await tree.readFile(file))?.content;
  } catch (error) {
    if (error instanceof LeavesTree) return undefined;
    throw error;
  }
}

/** Writes CodeBuild's lines about a buildspec, and the differences of a local build. */
export function describeBuildspec(
  buildspec: Buildspec,
  { log, project, directory }: { log: BuildLog; project: Project; directory: string },
): void {
  const asked = buildspec.runtimeVersions['nodejs'];
  const { node } = process.versions;
  if (asked !== undefined) {
    log.say(`Selecting 'nodejs' runtime version '${asked}' based on manual selections...`);
    if (asked.split('.')[0] !== node.split('.')[0]) {
      log.say(`The local runtime builds with this machine's own Node.js, which is ${node} and not ${asked}`);
    }
  }
  log.say(`Moving to directory ${directory}`);
  if (buildspec.cachePaths.length > 0 && !project.cache.modes.includes('LOCAL_CUSTOM_CACHE')) {
    log.say('Skip cache due to: the project has no custom cache');
  }
  for (const group of buildspec.reports) log.say(`The local runtime keeps no test reports: ${group} is left out`);
  const phases = Object.entries(buildspec.phases);
  log.say(`Phases found in YAML: ${phases.length}`);
  for (const [name, { commands }] of phases) log.say(` ${name.toUpperCase()}: ${commands.length} commands`);
}
