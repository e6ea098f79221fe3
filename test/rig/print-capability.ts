import { tmpdir } from 'node:os';
import { probe } from '../../local/runtime/sandbox/probe';

/**
 * Prints the machine's sandbox capabilities as JSON, for `sandbox.ts`, which needs them before the tests are defined.
 */
probe(tmpdir()).then((capability) => process.stdout.write(JSON.stringify(capability)));
