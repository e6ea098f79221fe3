import type { Scope } from '../kernel/arn';
import type { Principal } from '../kernel/principal';

/** One request, after its signature was verified. */
export interface Call {
  readonly requestId: string;
  readonly principal: Principal;
  readonly scope: Scope;
  /** The service's signing name, for example `ssm`. */
  readonly service: string;
  /** The operation's name in the service's model, for example `GetParameter`. */
  readonly operation: string;
}

/* The SDK's commands are generated with these signatures; `infer` needs a function type to match against. */
type Input<C> = C extends { input: infer I } ? I : never;
type Output<C> = C extends { resolveMiddleware: (...args: never[]) => (args: never) => Promise<infer R> }
  ? R extends { output: infer O }
    ? Omit<O & object, '$metadata'>
    : never
  : never;

/**
 * The operations that the local half answers for one service, typed by the service's own SDK client module:
 * `Handlers<typeof import('@aws-sdk/client-ssm')>` is `{ GetParameter(input, call) => output }`. A handler refuses by
 * throwing `AwsError`; an operation without a handler is refused by name.
 */
export type Handlers<M> = {
  [K in keyof M as K extends `${infer Name}Command` ? Name : never]?: M[K] extends new (
    input: never,
  ) => infer C
    ? (input: Input<C>, call: Call) => Promise<Output<C>> | Output<C>
    : never;
};
