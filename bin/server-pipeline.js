#!/usr/bin/env node
// The sources run as they are: tsx compiles each file once and keeps the result in the machine's cache.
require('tsx/cjs');
require('./main');
