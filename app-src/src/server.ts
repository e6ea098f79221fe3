import { createApplication } from './application';
import { readIdentity } from './identity';
import { instanceMetadata } from './metadata';

/** Stay below the unit's TimeoutStopSec, after which systemd kills without asking. */
const DRAIN_LIMIT_MS = 30_000;

async function main(): Promise<void> {
  const port = Number(process.env['PORT'] ?? 8080);
  const identity = await readIdentity(process.env, await instanceMetadata());
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

function fail(error: unknown): never {
  console.error(error);
  process.exit(1);
}

main().catch(fail);
