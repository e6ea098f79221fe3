import type * as sdk from '@aws-sdk/client-ec2';
import { AwsError } from '../../kernel/failure';
import type { Call, Handlers } from '../handlers';

type AnyHandler = (input: object, call: Call) => unknown;

/**
 * EC2's operations, each of which a request with `DryRun` asks for without doing it: whoever may do it is told so by
 * `DryRunOperation`, with status 412. Resources that the request names are not looked for.
 */
export function dryRunnable(operations: Handlers<typeof sdk>): Handlers<typeof sdk> {
  const handlers = Object.entries(operations) as [string, AnyHandler][];
  const guarded = handlers.map(([operation, handler]): [string, AnyHandler] => [
    operation,
    (input, call) => {
      if ('DryRun' in input && input.DryRun) {
        throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
      }
      return handler(input, call);
    },
  ]);
  return Object.fromEntries(guarded) as Handlers<typeof sdk>;
}
