const { readFileSync } = require('node:fs');
const { sep } = require('node:path');
const Sequencer = require('@jest/test-sequencer').default;

/** Number of quick tests that come after the start of the first whole run. */
const BESIDE_THE_FIRST = 100;

const isScenario = ({ path }) => path.includes(`${sep}scenarios${sep}`);
/** A whole run: a pipeline whose builds install packages. */
const isRun = ({ path }) => readFileSync(path, 'utf8').includes('new Runtime(');

/** Returns the minutes that a scenario's tests may take together, by the limits that it sets them. */
function minutesOf({ path }) {
  const limits = readFileSync(path, 'utf8').matchAll(/(\d+) \* minutes|\b(\d+)_000\b/g);
  return [...limits].reduce((sum, [, minutes, seconds]) => sum + Number(minutes ?? seconds / 60), 0);
}

/**
 * The order of the tests. What is quick comes first: a mistake is reported within seconds. Whole runs wait for most of
 * their time, so the longest comes first, and many run side by side. The first one installs the packages that the builds
 * of all the others need: it begins beside the last quick tests, and is done with that when the others begin.
 */
module.exports = class FastFirst extends Sequencer {
  sort(tests) {
    const ordered = super.sort(tests);
    const quick = ordered.filter((test) => !isScenario(test));
    const scenarios = ordered.filter(isScenario).sort((one, other) => minutesOf(other) - minutesOf(one));
    const first = scenarios.find(isRun);
    const others = scenarios.filter((test) => test !== first);
    const beside = quick.splice(-BESIDE_THE_FIRST);
    return [...quick, ...(first ? [first] : []), ...beside, ...others];
  }
};
