/** Parts of the SDK that the guest program uses, in a bundle of their own. */
export { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
