import type { Project } from '../rig/project';

/** A commit that the soak pushes, and how it must end. */
export interface Change {
  readonly name: string;
  readonly make: (project: Project) => void;
  /** `either`: the fault may show before the execution is over, or after. */
  readonly ends: 'succeeded' | 'failed' | 'either';
  /** True if instances of this commit may lose requests: they serve for a while before they fail. */
  readonly losesRequests: boolean;
}

const SERVER = 'app-src/src/server.ts';
const LISTENING = '    application.ready();\n';
const STARTING = '  const application = createApplication(identity);\n';

/** The application does `statement` once it listens. On the build machine of the bake it does nothing of the kind. */
function onceListening(statement: string): Change['make'] {
  return (project) =>
    project.break(SERVER, (text) =>
      text.replace(LISTENING, `${LISTENING}    if (identity.environment !== 'unknown') ${statement};\n`),
    );
}

const good: Change = { name: 'good', make: () => {}, ends: 'succeeded', losesRequests: false };

const slowToStart: Change = {
  name: 'slow to start',
  make: (project) =>
    project.break(SERVER, (text) =>
      text.replace(STARTING, `  await (await import('node:timers/promises')).setTimeout(3000);\n${STARTING}`),
    ),
  ends: 'succeeded',
  losesRequests: false,
};

const crashesAtStart: Change = {
  name: 'crashes at its start',
  make: onceListening('process.exit(1)'),
  ends: 'failed',
  losesRequests: false,
};

/** The service crashes while Verify watches the fleet: the stage must fail. */
const crashesEarly: Change = {
  name: 'crashes after 4 s',
  make: onceListening('setTimeout(() => process.exit(1), 4000)'),
  ends: 'failed',
  losesRequests: true,
};

const crashesLate: Change = {
  name: 'crashes after 20 s',
  make: onceListening('setTimeout(() => process.exit(1), 20_000)'),
  ends: 'either',
  losesRequests: true,
};

const failingTests: Change = {
  name: 'fails its own tests',
  make: (project) =>
    project.break('app-src/src/application.ts', (text) =>
      text.replace("? 200 : 503, ready ? 'ready'", "? 204 : 503, ready ? 'ready'"),
    ),
  ends: 'failed',
  losesRequests: false,
};

const wrongPort: Change = {
  name: 'listens on another port',
  make: (project) => project.break(SERVER, (text) => text.replace("Number(process.env['PORT'] ?? 8080)", '3000')),
  ends: 'failed',
  losesRequests: false,
};

/** About 30 MB a second, with a heap of 128 MB: V8 aborts the process after some seconds. */
const growingMemory: Change = {
  name: 'grows until it runs out of memory',
  make: (project) => {
    project.break('app-src/image/app.service', (text) =>
      text.replace('NODE_ENV=production', 'NODE_ENV=production NODE_OPTIONS=--max-old-space-size=128'),
    );
    onceListening(
      '{ const kept: string[][] = []; setInterval(() => kept.push(Array.from({ length: 400_000 }, (_, i) => `${i}`)), 1000); }',
    )(project);
  },
  ends: 'either',
  losesRequests: true,
};

/** Every second change is a good one, so that the fleet is often a healthy one. */
export const CHANGES: readonly Change[] = [
  good,
  good,
  good,
  good,
  good,
  slowToStart,
  slowToStart,
  crashesAtStart,
  crashesEarly,
  crashesLate,
  failingTests,
  wrongPort,
  growingMemory,
];

/** The last change of every soak: a good commit must succeed after everything else. */
export const LAST = good;
