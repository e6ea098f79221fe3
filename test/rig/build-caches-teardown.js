module.exports = require('./build-caches-setup.js').teardown;
