/** Tells at the end of `npm test` what this machine could not run, and why; see `describeWithSandbox`. */
module.exports = class NotRun {
  onRunComplete(_contexts, { testResults }) {
    const left = testResults
      .flatMap((file) => file.testResults)
      .filter(({ title }) => title.startsWith('not run: '));
    for (const reason of new Set(left.map(({ title }) => title))) {
      const titles = left.filter(({ title }) => title === reason).map(({ ancestorTitles }) => ancestorTitles.join(' '));
      process.stderr.write(`\n${reason}\n${titles.map((title) => `  ${title}\n`).join('')}`);
    }
  }
};
