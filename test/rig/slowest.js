const { relative } = require('node:path');

const HOW_MANY = 5;

/** Names the test files that took longest, at the end of a run of many. */
module.exports = class Slowest {
  onRunComplete(_contexts, { testResults }) {
    if (testResults.length <= HOW_MANY) return;
    const files = testResults
      .map(({ testFilePath, perfStats: { start, end } }) => ({ testFilePath, seconds: (end - start) / 1000 }))
      .sort((a, b) => b.seconds - a.seconds)
      .slice(0, HOW_MANY);
    process.stderr.write('\nSlowest files:\n');
    for (const { testFilePath, seconds } of files)
      process.stderr.write(`  ${seconds.toFixed(1).padStart(6)} s  ${relative(process.cwd(), testFilePath)}\n`);
  }
};
