import type { AwsError } from '../kernel/failure';
import type { WireRequest, WireResponse } from './http';
import type { Operation } from './model';

export interface Match {
  readonly operation: Operation;
  /** The parts of the path that are members of the input, by member name. REST only. */
  readonly labels: Readonly<Record<string, string>>;
}

/** One of AWS's wire protocols, from the server's side. */
export interface Protocol {
  /** Returns the operation's name in the request, for a refusal, and the operation if it exists. */
  match(request: WireRequest): { name: string; match?: Match };
  read(match: Match, request: WireRequest): Promise<Record<string, unknown>>;
  write(operation: Operation, output: Readonly<Record<string, unknown>>, requestId: string): WireResponse;
  refuse(error: AwsError, requestId: string): WireResponse;
}
