/** Parts of the SDK that the guest program uses; in a bundle of its own. */
export { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
