import type * as sdk from '@aws-sdk/client-ec2';
import { AwsError } from '../../kernel/failure';
import type { Call, Handlers } from '../handlers';

/** Returns the answer to a dry run that would succeed. EC2 and Image Builder each have their own code for it. */
export function wouldHaveSucceeded(code: 'DryRunOperation' | 'DryRunOperationException'): AwsError {
  return new AwsError(code, 'Request would have succeeded, but DryRun flag is set.', 412);
}

type AnyHandler = (input: object, call: Call) => unknown;

/**
 * Wraps EC2's operations so that a request with `DryRun` changes nothing and is answered with `DryRunOperation`, status
 * 412. It does not look up the resources of the request.
 */
export function dryRunnable(operations: Handlers<typeof sdk>): Handlers<typeof sdk> {
  const handlers = Object.entries(operations) as [string, AnyHandler][];
  const guarded = handlers.map(([operation, handler]): [string, AnyHandler] => [
    operation,
    (input, call) => {
      if ('DryRun' in input && input.DryRun) {
        throw wouldHaveSucceeded('DryRunOperation');
      }
      return handler(input, call);
    },
  ]);
  return Object.fromEntries(guarded) as Handlers<typeof sdk>;
}
