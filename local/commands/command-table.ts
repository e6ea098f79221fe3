import type { CommandTable } from '../../cli/command';

/** A minute of AWS's waiting passes in a second. */
export const DEFAULT_TIME_SCALE = 60;

/** An application's own clocks are not scaled: a service that crashes seconds after its start must have the time to. */
export const DEFAULT_STABLE_SECONDS = 5;

export const LOCAL: CommandTable = {
  commands: {
    start: {
      group: 'On this machine',
      summary: 'Deploy the pipeline on this machine, run it on HEAD, and wait for the next push',
      details: ['`npm start` does the same.'],
      options: [
        'once',
        'fresh',
        'port',
        'time-scale',
        'stable-seconds',
        'no-build-network',
        'trust-commits',
        'verbose',
      ],
      localOnly: true,
      examples: [
        ['', 'start, and stay up until Ctrl-C'],
        ['--once --fresh', 'run once from nothing, and exit 0 only if it succeeded'],
      ],
    },
    down: {
      group: 'On this machine',
      summary: 'End the run on this machine and everything it started; its state is kept',
      localOnly: true,
      examples: [['', 'end the run of this project']],
    },
  },
  options: {
    once: { text: 'run the pipeline once, end everything, and exit 0 only if it succeeded' },
    fresh: { text: 'forget the state of earlier runs first' },
    port: { value: 'PORT', text: 'port of the AWS endpoint; 0 for any (default: 4566)' },
    'time-scale': {
      value: 'N',
      text: `speed of AWS's waits (default: ${DEFAULT_TIME_SCALE} times as fast; 1 is AWS's own pace)`,
    },
    'stable-seconds': {
      value: 'N',
      text: `real seconds for which Verify watches a new fleet (default: ${DEFAULT_STABLE_SECONDS})`,
    },
    'no-build-network': { text: 'let builds reach no other machine' },
    'trust-commits': { text: 'start without user namespaces too: a commit can then do everything that root can' },
    verbose: { text: 'show stack events, logs and instance states too' },
  },
};
