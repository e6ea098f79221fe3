/** What the guest program uses of the SDK; in a bundle of its own. */
export { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
