import { createApplication } from './application';
import { type Identity, readIdentity, UNKNOWN } from './identity';
import { instanceMetadata } from './metadata';
import { retried } from './wait';

/** Stay below the unit's TimeoutStopSec, after which systemd kills without asking. */
const DRAIN_LIMIT_MS = 30_000;

async function main(): Promise<void> {
  const port = Number(process.env['PORT'] ?? 8080);
  const identity = await identityOf(process.env);
  const application = createApplication(identity);
  const { server } = application;

  process.on('SIGTERM', () => {
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
}

/**
 * An image runs on instances alone, where the metadata service may come up later than the service: until it answers,
 * nothing listens. Elsewhere, without an image version, there is nobody to wait for.
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

function fail(error: unknown): never {
  console.error(error);
  process.exit(1);
}

main().catch(fail);
