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

/** Calls `hear` for every complete line of a stream that arrives in pieces. */
export function eachLine(hear: (line: string) => void): { push(chunk: string): void; flush(): void } {
  let rest = '';
  return {
    push(chunk) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) hear(line);
    },
    flush() {
      if (rest) hear(rest);
      rest = '';
    },
  };
}
