import { tmpdir } from 'node:os';
import { probe } from '../../local/runtime/sandbox/probe';

/** Prints what this machine can do about sandboxes, as JSON: for `sandbox.ts`, which must know before tests are made. */
probe(tmpdir()).then((capability) => process.stdout.write(JSON.stringify(capability)));
