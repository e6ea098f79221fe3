import { exitCodeOf, isServiceRefusal, Refusal, refusedWith } from '../cli/refusal';
import { oneLine } from '../cli/text';
import { type Clients, operationOf } from './clients';
import type { ConsoleRequest } from './command';
import { pipelineNames } from './pipeline/pipeline';

interface Asked {
  readonly clients: Clients;
  readonly request: Pick<ConsoleRequest, 'command'>;
}

/**
 * Converts a service's refusal into a `Refusal` of one line, with the operation and the remedy, if one is known.
 * Returns other errors unchanged.
 */
export async function explained(error: unknown, { clients, request }: Asked): Promise<unknown> {
  if (!(error instanceof Error) || exitCodeOf(error) !== undefined) return error;
  if (refusedWith(error, 'PipelineNotFoundException')) {
    // A caller who may not list pipelines gets the message without the list.
    const names = await pipelineNames(clients.codePipeline).catch(() => undefined);
    const known = names && `; there ${names.length > 0 ? `is ${names.join(', ')}` : 'is none'}`;
    return new Refusal(`${oneLine(error.message).replace(/\.$/, '')}${known ?? ''}`);
  }
  const failed = { error, operation: operationOf(error) ?? request.command };
  const row = ROWS.find(({ is }) => is(error));
  if (row) return new Refusal(row.say(failed));
  return isServiceRefusal(error) ? new Refusal(refusalText(failed)) : error;
}

interface Failed {
  readonly error: Error;
  readonly operation: string;
}

interface Row {
  is(error: Error): boolean;
  say(failed: Failed): string;
}

const ROWS: readonly Row[] = [
  {
    is: ({ name }) => name === 'CredentialsProviderError',
    say: () =>
      'there are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; --local uses those of the run on this machine',
  },
  {
    is: ({ message }) => /^Region (is missing|not accepted)/.test(message),
    say: () => 'there is no AWS region: set AWS_REGION, or AWS_PROFILE to a profile with one; --local needs none',
  },
  {
    is: ({ name }) => /^(AccessDenied(Exception)?|UnauthorizedOperation|NotAuthorized)$/.test(name),
    say: ({ error, operation }) => `access denied to ${operation}: ${oneLine(error.message)}`,
  },
  {
    is: ({ name }) =>
      /^(ExpiredToken(Exception)?|UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException)$/.test(
        name,
      ),
    say: (failed) => `the AWS credentials are not valid here: ${refusalText(failed)}`,
  },
  {
    is: (error) => /^(ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ETIMEDOUT)$/.test(codeOf(error)),
    say: ({ error, operation }) => `nothing answers ${operation}: ${oneLine(error.message) || codeOf(error)}`,
  },
];

function refusalText({ error, operation }: Failed): string {
  return `${operation} was refused: ${error.name}: ${oneLine(error.message)}`;
}

/** Returns the code of an error. Node.js tries every address of a name, and collects the errors. */
function codeOf(error: Error): string {
  const { code, errors } = error as { code?: unknown; errors?: readonly { code?: unknown }[] };
  return String(code ?? errors?.[0]?.code ?? '');
}
