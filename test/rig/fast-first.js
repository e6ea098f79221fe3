const { readFileSync } = require('node:fs');
const { sep } = require('node:path');
const Sequencer = require('@jest/test-sequencer').default;

const isScenario = ({ path }) => path.includes(`${sep}scenarios${sep}`);
/** A whole run: a pipeline whose builds install packages. */
const isRun = ({ path }) => readFileSync(path, 'utf8').includes('new Runtime(');

/**
 * What is fast comes first: a mistake is told within seconds, and whole runs begin when all else has been tried. While the
 * first of them installs what all their builds need, the other scenarios take their turn beside it.
 */
module.exports = class FastFirst extends Sequencer {
  sort(tests) {
    const ordered = super.sort(tests);
    const scenarios = ordered.filter(isScenario);
    const runs = scenarios.filter(isRun);
    const others = scenarios.filter((test) => !isRun(test));
    return [...ordered.filter((test) => !isScenario(test)), ...runs.slice(0, 1), ...others, ...runs.slice(1)];
  }
};
