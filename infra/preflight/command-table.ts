import type { CommandTable } from '../../cli/command';

export const PREFLIGHT: CommandTable = {
  commands: {
    preflight: {
      group: 'Set up',
      summary: 'Check whether a deployment and the next push would work, before anything is changed',
      details: [
        'Reads the account and region of the pipeline, and those of the environments that these credentials reach. Changes nothing. Exits 1 if it found a problem.',
      ],
      options: ['json'],
      examples: [
        ['', 'check AWS with the credentials and region of your settings'],
        ['--local', 'check the run on this machine'],
      ],
    },
  },
  options: { json: { text: 'print one JSON value' } },
};
