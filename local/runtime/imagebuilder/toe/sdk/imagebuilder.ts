/** What the guest program uses of the SDK; in a bundle of its own. */
export { GetComponentCommand, ImagebuilderClient } from '@aws-sdk/client-imagebuilder';
