/** The result of a check: one line for a person. */
export interface Finding {
  readonly status: Status;
  readonly text: string;
  /** A command, a setting or a page that helps. */
  readonly remedy?: string;
}

/** `unknown`: AWS did not let it be looked at. */
export type Status = 'ok' | 'warning' | 'problem' | 'unknown';

export const ok = (text: string): Finding => ({ status: 'ok', text });
export const warning = (text: string, remedy: string): Finding => ({ status: 'warning', text, remedy });
export const problem = (text: string, remedy: string): Finding => ({ status: 'problem', text, remedy });
export const unknown = (text: string, remedy: string): Finding => ({ status: 'unknown', text, remedy });
