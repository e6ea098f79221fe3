const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/** Names a place for `build-caches.ts`, which is gone when the tests have ended. */
module.exports = () => {
  process.env.KEPT_BUILD_CACHES = join(mkdtempSync(join(tmpdir(), 'kept-')), 'build-caches');
};

module.exports.teardown = () => rmSync(join(process.env.KEPT_BUILD_CACHES, '..'), { recursive: true, force: true });
