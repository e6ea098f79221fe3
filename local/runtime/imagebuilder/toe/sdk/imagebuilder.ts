/** Parts of the SDK that the guest program uses, in a bundle of their own. */
export { GetComponentCommand, ImagebuilderClient } from '@aws-sdk/client-imagebuilder';
