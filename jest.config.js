// The SDK's advice about Node.js versions would stand between the results.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// Each test that makes templates would have CloudFormation's rules checked for a second; one test does that for all of them.
process.env.CDK_VALIDATION = 'false';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // It waits for minutes, and nothing else waits with it.
  testPathIgnorePatterns: ['/node_modules/', '/scenarios/real-time.test.ts$'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }] },
  globalSetup: '<rootDir>/test/rig/build-caches-setup.js',
  globalTeardown: '<rootDir>/test/rig/build-caches-teardown.js',
  testSequencer: '<rootDir>/test/rig/fast-first.js',
  reporters: ['default', '<rootDir>/test/rig/not-run.js', '<rootDir>/test/rig/slowest.js'],
  // Real processes, real waits: the limit is for a hang, not for a slow machine.
  testTimeout: 30_000,
  // Twice the processors that the tests are meant for: whole runs wait for half of their time.
  maxWorkers: 4,
};
