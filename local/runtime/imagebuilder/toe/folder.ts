import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint, Ending } from './execute';
import type { Order } from './protocol';

/** The log folder of one execution inside the machine (D14), in which its state survives a reboot. */
export class Folder {
  constructor(readonly path: string) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  }

  load(): Checkpoint {
    const file = this.file('state.json');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Checkpoint) : {};
  }

  save(checkpoint: Checkpoint): void {
    writeFileSync(this.file('state.json.new'), JSON.stringify(checkpoint), { mode: 0o600 });
    renameSync(this.file('state.json.new'), this.file('state.json'));
  }

  document(text: string): void {
    writeFileSync(this.file('document.yaml'), text);
  }

  /** A line of console.log, and with its time of application.log. */
  log(line: string, time: Date): void {
    appendFileSync(this.file('console.log'), `${line}\n`);
    appendFileSync(this.file('application.log'), `${time.toISOString()} Info ${line}\n`);
  }

  /** Statuses and messages, without inputs: they may hold secrets. */
  detailedOutput(order: Order, ending: Ending): void {
    const steps = ending.run.records.map(({ inputs: _inputs, outputs: _outputs, ...record }) => record);
    const { executionId, source } = order;
    const detail = {
      executionId,
      status: ending.status,
      documents: [{ filePath: source, status: ending.status, steps }],
    };
    writeFileSync(this.file('detailedoutput.json'), `${JSON.stringify(detail, null, 2)}\n`);
  }

  private file(name: string): string {
    return join(this.path, name);
  }
}
