import { createApplication } from './application';
import { type Identity, learnEnvironment, readIdentity, UNKNOWN } from './identity';
import { instanceMetadata } from './metadata';
import { retried } from './wait';

/** Stay below the unit's TimeoutStopSec, after which systemd kills without asking. */
const DRAIN_LIMIT_MS = 30_000;

async function main(): Promise<void> {
  const port = Number(process.env['PORT'] ?? 8080);
  const identity = await identityOf(process.env);
  const application = createApplication(identity);
  const { server } = application;

  const ending = new AbortController();
  process.on('SIGTERM', () => {
    ending.abort();
    const limit = setTimeout(() => {
      console.error(`requests still in flight after ${DRAIN_LIMIT_MS / 1000} s; closing them`);
      process.exitCode = 1;
      server.closeAllConnections();
    }, DRAIN_LIMIT_MS);
    application.drain().then(
      () => clearTimeout(limit),
      (error: unknown) => fail(error),
    );
  });

  server.on('error', fail);
  server.listen(port, () => {
    application.ready();
    console.log(`version ${identity.imageVersion} listens on port ${port}`);
  });
  const onInstance = identity.instanceId !== UNKNOWN;
  if (onInstance && identity.environment === UNKNOWN) await askForEnvironment(identity, ending.signal);
}

/**
 * An image runs only on instances, where the metadata service may start later than the service: until it answers, the
 * service does not listen. Without an image version, the machine is no instance, and there is nothing to wait for.
 */
function identityOf(environment: NodeJS.ProcessEnv): Promise<Identity> {
  const read = async () => readIdentity(environment, await instanceMetadata());
  if (environment['IMAGE_VERSION'] === undefined) return read();
  const known = async () => {
    const identity = await read();
    if (identity.instanceId === UNKNOWN) throw new Error('the instance metadata service does not answer');
    return identity;
  };
  return retried(known, { log: (message) => console.log(message) });
}

/** Time in which tags must arrive: as long as a roll waits for a server. */
const BOOT_MS = 15 * 60_000;

/** An instance outside of a fleet, as in a bake, has no such tag, and serves without it. */
async function askForEnvironment(identity: Identity, ending: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([ending, AbortSignal.timeout(BOOT_MS)]);
  // Each attempt requests its own token, since an earlier one may have expired.
  const read = async (path: string) => (await instanceMetadata())(path);
  await learnEnvironment(identity, read, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

function fail(error: unknown): never {
  console.error(error);
  process.exit(1);
}

main().catch(fail);
