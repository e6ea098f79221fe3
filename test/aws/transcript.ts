import { appendFileSync, writeFileSync } from 'node:fs';

/** One line of a transcript, as JSON. `docs/transcripts.md` defines the fields. */
export interface Entry {
  readonly at: string;
  readonly step: string;
  readonly event: 'start' | 'command' | 'output' | 'note' | 'done' | 'failed';
  readonly text: string;
  readonly seconds?: number;
}

/** The account that stands in a transcript for the one that it was made in. */
const ANYBODY = '111111111111';

/** A record of a trial, line by line, without the id of the account and without credentials. */
export class Transcript {
  private step = '';
  private since = Date.now();

  constructor(
    private readonly file: string,
    private readonly secrets: { readonly account: string; readonly hidden: readonly string[] },
    private readonly print: (line: string) => void,
  ) {
    writeFileSync(file, '');
  }

  start(step: string, text: string): void {
    this.step = step;
    this.since = Date.now();
    this.write('start', text);
  }

  command(text: string): void {
    this.write('command', text);
  }

  output(text: string): void {
    this.write('output', text);
  }

  note(text: string): void {
    this.write('note', text);
  }

  end(event: 'done' | 'failed', text: string): void {
    this.write(event, text, Math.round((Date.now() - this.since) / 100) / 10);
  }

  private write(event: Entry['event'], text: string, seconds?: number): void {
    const said = this.clean(text);
    const entry: Entry = { at: new Date().toISOString(), step: this.step, event, text: said };
    appendFileSync(this.file, `${JSON.stringify({ ...entry, ...(seconds !== undefined && { seconds }) })}\n`);
    if (event !== 'output') this.print(`${this.step.padEnd(10)}  ${LABELS[event]}${said}`);
  }

  private clean(text: string): string {
    const hidden = this.secrets.hidden.reduce((cleaned, secret) => cleaned.replaceAll(secret, '…'), text);
    return hidden.replaceAll(this.secrets.account, ANYBODY);
  }
}

const LABELS: Readonly<Record<Entry['event'], string>> = {
  start: '',
  command: '$ ',
  output: '',
  note: '  ',
  done: 'done: ',
  failed: 'FAILED: ',
};
