import { fromInstanceMetadata } from '@smithy/credential-provider-imds';

/** Prints whose credentials the SDK finds in the metadata service. Runs inside a machine. */
fromInstanceMetadata()().then(({ accessKeyId }) => process.stdout.write(`${accessKeyId}\n`));
