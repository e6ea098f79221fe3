import { join } from 'node:path';
import type { LocalPlace } from '../../cli/place';
import { deployCommand, endCommand, shellSettingsCommand } from '../../cli/printed-command';
import { type Screen, screenOn } from '../../cli/screen';
import { short } from '../../cli/text';
import { type Assembly, readAssembly } from '../assembly/assembly';
import { compose, type LocalRuntime, type ScopedRuntime } from '../composition/compose';
import { statusReport } from '../composition/status-report';
import { type Clock, SystemClock } from '../kernel/clock';
import { EventBus, type ExecutionEnd } from '../kernel/events';
import { UserMistake } from '../kernel/failure';
import { UnusableState } from '../kernel/state-database';
import { probe } from '../runtime/sandbox/probe';
import { removeTree } from '../runtime/sandbox/remains';
import type { Privileges } from '../runtime/sandbox/user-namespace';
import { Progress } from '../terminal/progress';
import { askEnvironment } from './ask-environment';
import { checkOut } from './checkout';
import { declaredPipeline } from './declared-pipeline';
import { awaitCreation, deliverHead } from './deliver';
import { deployAssembly, isToBeCreated } from './deploy';
import { type Head, readHead } from './head';
import { leftovers, refuseOtherApplication, tellLeftovers } from './leftovers';
import type { StartOptions } from './options';
import { settle } from './settle';
import {
  announce,
  claim,
  prepareStateDirectory,
  type RuntimeAddress,
  release,
  stateDirectory,
  stateIn,
} from './state-directory';
import { synthesize } from './synthesize';

/** Usual default port of local AWS tools. */
const DEFAULT_PORT = 4566;

/** Deploys the pipeline on this machine, runs it on HEAD, and stays up. Resolves with the exit code. */
export async function start(options: StartOptions, project: string): Promise<number> {
  const screen = screenOn(process.stdout, process.env);
  const state = stateDirectory(options.state, project);
  const head = readHead(project);
  prepareStateDirectory(state);
  claim(state);
  try {
    const privileges = await refuseIncapableMachine(state, options, screen);
    if (options.fresh) {
      for (const path of stateIn(state)) await removeTree(path, privileges);
      prepareStateDirectory(state);
      claim(state);
    }
    return await serve(head, { options, project, state, screen });
  } finally {
    release(state);
  }
}

/** Returns the place of this run, for commands that a person pastes. */
function placeOf({ state }: StartOptions): LocalPlace {
  return { kind: 'local', state };
}

interface Serving {
  readonly options: StartOptions;
  readonly project: string;
  readonly state: string;
  readonly screen: Screen;
}

async function serve(head: Head, { options, project, state, screen }: Serving): Promise<number> {
  const clock = new SystemClock(options.timeScale);
  const progress = new Progress({
    screen,
    clock,
    verbose: options.verbose,
    place: placeOf(options),
  });
  const bus = new EventBus(clock);
  bus.subscribe(progress.onEvent);
  const stopping = stopRequest();
  progress.say(`commit ${short(head.commitId)} ${head.subject}`);
  if (head.uncommitted.length > 0) progress.say(screen.colors.yellow(notPartOfTheRun(head.uncommitted)));

  const assembly = synthesis(project, state, progress);
  // Until it is waited for: a failure must not end the process while the rooms are being built.
  assembly.catch(() => undefined);
  const runtime = await compose({
    directory: state,
    port: options.port ?? DEFAULT_PORT,
    clock,
    bus,
    stableSeconds: options.stableSeconds,
    buildNetwork: options.buildNetwork,
    trustCommits: options.trustCommits,
  });
  try {
    announce(state, addressOf(runtime, runtime));
    return await Promise.race([
      stopping,
      unusableState(),
      run(runtime, { options, project, state, clock, assembly, progress }),
    ]);
  } finally {
    progress.say('ending');
    await runtime.stop();
    progress.close();
  }
}

/** Returns the address, credentials and region of the runtime. */
function addressOf({ url, authority }: LocalRuntime, { scope, administrator }: ScopedRuntime): RuntimeAddress {
  return { endpoint: url, region: scope.region, credentials: administrator, authority };
}

const SHOWN_FILES = 5;

function notPartOfTheRun(files: readonly string[]): string {
  const more = files.length > SHOWN_FILES ? ` and ${files.length - SHOWN_FILES} more` : '';
  const names = `${files.slice(0, SHOWN_FILES).join(', ')}${more}`;
  return `not part of this run, because not committed: ${names}`;
}

/** Synthesizes the CDK app of the project's HEAD. */
async function synthesis(project: string, state: string, progress: Progress): Promise<Assembly> {
  progress.begin('synth', 'synthesize');
  const [source, directory] = [join(state, 'source'), join(state, 'cdk.out')];
  try {
    checkOut(project, source);
    await synthesize(source, directory);
  } catch (error) {
    progress.end('synth', { ok: false });
    throw error;
  }
  progress.end('synth', { ok: true });
  return readAssembly(directory);
}

interface Run {
  readonly options: StartOptions;
  readonly project: string;
  readonly state: string;
  readonly clock: Clock;
  readonly assembly: Promise<Assembly>;
  readonly progress: Progress;
}

async function run(
  runtime: LocalRuntime,
  { options, project, state, clock, assembly, progress }: Run,
): Promise<number> {
  const { stacks } = await assembly;
  for (const { environment } of stacks) runtime.in(environment);
  for (const scope of runtime.scopes()) await settle(scope, progress);
  refuseOtherApplication(runtime, await assembly, state);
  const pipeline = declaredPipeline(await assembly, project);
  const place = runtime.in(pipeline.stack.environment);
  const delivery = { place, pipeline, bus: runtime.bus, clock, project, progress };
  let first: { readonly ended: Promise<ExecutionEnd> } | undefined;
  await deployAssembly(runtime, await assembly, {
    progress,
    async before(stack) {
      if (stack === pipeline.stack && isToBeCreated(place, stack)) first = await awaitCreation(delivery);
    },
  });
  introduce(runtime, progress);
  tellLeftovers(leftovers(runtime, await assembly), shellSettingsCommand(placeOf(options)), progress);

  announce(state, addressOf(runtime, place));
  const ended = await (first?.ended ?? deliverHead(delivery));
  if (!options.once) {
    progress.say(`changed settings: ${deployCommand(placeOf(options))}`);
    progress.say(`push to run it again; Ctrl-C or ${endCommand(placeOf(options))} ends it`);
    return new Promise(() => {});
  }
  if (ended !== 'Succeeded') return 1;
  await askEnvironments(runtime, progress);
  return 0;
}

function introduce(runtime: LocalRuntime, progress: Progress): void {
  const { repositories, environments } = statusReport(runtime.scopes());
  progress.say(`endpoint    ${runtime.url}`);
  for (const { name, cloneUrl } of repositories)
    progress.say(`push        git push ${cloneUrl} HEAD:main    (${name})`);
  for (const { name, url } of environments) progress.say(`${name.padEnd(11)} ${url}`);
}

/** Prints the answer of every environment. */
async function askEnvironments(runtime: LocalRuntime, progress: Progress): Promise<void> {
  for (const { name, url } of statusReport(runtime.scopes()).environments) {
    const { status, text } = await askEnvironment(url, runtime.authority);
    if (status >= 400) throw new UserMistake(url, `answers ${status}: ${text}`);
    progress.say(`${name} at ${url} answers:`);
    for (const line of text.split('\n')) progress.say(`  ${line}`);
  }
}

/** Checks, in the directory of the machines, if this machine can run any. Returns its privileges. */
async function refuseIncapableMachine(
  state: string,
  options: StartOptions,
  { write, colors }: Screen,
): Promise<Privileges> {
  const capability = await probe(state, options);
  if (!capability.supported) {
    throw new UserMistake(
      'this machine',
      `cannot run servers: ${capability.reason}`,
      capability.remedies.join('; or '),
    );
  }
  for (const note of capability.notes) write(`${colors.yellow(note)}\n`);
  return capability.privileges;
}

/** Rejects when the state cannot be written any more, wherever that was noticed. Every other error ends the process. */
function unusableState(): Promise<never> {
  return new Promise((_resolve, reject) => {
    process.on('uncaughtException', (error) => {
      if (!(error instanceof UnusableState)) throw error;
      reject(error);
    });
  });
}

/** Resolves with the exit code that shells expect when a signal asks the process to end. */
function stopRequest(): Promise<number> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve(130));
    // `down` and service managers ask like this: it is no failure.
    process.once('SIGTERM', () => resolve(0));
  });
}
