const { sep } = require('node:path');
const Sequencer = require('@jest/test-sequencer').default;

/** What is fast comes first: a mistake is told within seconds, and whole runs start when all else has passed or failed. */
module.exports = class FastFirst extends Sequencer {
  sort(tests) {
    const ordered = super.sort(tests);
    const isScenario = ({ path }) => path.includes(`${sep}scenarios${sep}`);
    return [...ordered.filter((test) => !isScenario(test)), ...ordered.filter(isScenario)];
  }
};
