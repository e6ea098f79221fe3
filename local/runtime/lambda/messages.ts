import { fields, isCount, isFlag, isText, listOf, optional, readMessage } from '../../kernel/message';

/** Error of a function, as its caller receives it. */
export interface FunctionErrorPayload {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: string[];
}

/** Lines of JSON on descriptor 3, to the process that runs a function … */
export interface Invoke {
  readonly type: 'invoke';
  readonly requestId: string;
  readonly functionArn: string;
  /** JSON. */
  readonly payload: string;
  /** Milliseconds left for the invocation. */
  readonly remainingMilliseconds: number;
}

/** … and from it. */
export type FromFunction =
  | { readonly type: 'ready' }
  | { readonly type: 'log'; readonly text: string }
  | { readonly type: 'result'; readonly payload: string; readonly maxRssKilobytes: number }
  /** `fatal`: the process cannot go on. */
  | {
      readonly type: 'error';
      readonly error: FunctionErrorPayload;
      readonly fatal: boolean;
      readonly maxRssKilobytes: number;
    };

const isError = fields({ errorType: isText, errorMessage: isText, trace: optional(listOf(isText)) });

/** A result has at most 6 MB, and the text of JSON in JSON takes at most six characters a byte. */
export const LONGEST_FROM_FUNCTION = 40 * 1024 * 1024;

/** Reads a message of the bootstrap. Undefined: the function itself has written to its channel. */
export function readFromFunction(line: string): FromFunction | undefined {
  return readMessage<FromFunction>(line, 'type', {
    ready: fields({}),
    log: fields({ text: isText }),
    result: fields({ payload: isText, maxRssKilobytes: isCount }),
    error: fields({ error: isError, fatal: isFlag, maxRssKilobytes: isCount }),
  });
}
