/** Socket on which the init listens for the commands of its machine. */
export const CONTROL_SOCKET = '/run/init.sock';

export interface ControlRequest {
  readonly verb: string;
  readonly units: readonly string[];
  /** Properties for `show`. */
  readonly properties?: readonly string[];
  readonly valueOnly?: boolean;
  /** For `start`: not to wait until the unit has started. */
  readonly noBlock?: boolean;
}

export interface ControlReply {
  readonly exitCode: number;
  readonly output: readonly string[];
  readonly errors: readonly string[];
}
