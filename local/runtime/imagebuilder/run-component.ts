import { fields, isText, listOf, optional, readMessage } from '../../kernel/message';
import type { Logs } from '../../kernel/ports';
import type { BuildMachine } from './build-machine';
import type { ComponentFailure } from './records';
import { EXIT, type Order, type Report, type StepReport } from './toe/protocol';

/** A step of a component failed, and with it the component. The message is AWS's (D17), and then the step's own. */
export class ComponentFailed extends Error {
  constructor(readonly failure: ComponentFailure) {
    const { componentArn, phase, step, action, message } = failure;
    const last = failure.lastLines.at(-1);
    super(
      `Document ${componentArn} failed! Step '${step}' (${action}) in phase '${phase}': ${message ?? ''}${last ? `: ${last}` : ''}`,
    );
  }
}

export interface ComponentsRun {
  readonly machine: BuildMachine;
  /** Orders of the run, one after the other. */
  readonly orders: readonly Order[];
  readonly environment: Readonly<Record<string, string>>;
  /** Working directory of the steps' commands. */
  readonly directory: string;
  /** Command that starts the guest program inside. */
  readonly program: readonly string[];
  readonly log: { readonly logs: Logs; readonly group: string; readonly stream: string };
  onStep(step: StepReport & { status: string }): void;
}

/**
 * Runs phases of components inside the machine, restarting the machine as often as their steps ask for it (D11). Rejects
 * with `ComponentFailed` when a step fails; nothing after it is run.
 */
export async function runComponents(run: ComponentsRun): Promise<void> {
  for (let left = run.orders; left.length > 0; ) {
    const reader = new ReportReader(run);
    const { exitCode, signal } = await run.machine.exec({
      command: run.program,
      environment: run.environment,
      directory: run.directory,
      input: left.map((order) => `${JSON.stringify(order)}\n`).join(''),
      onOutput: (chunk, stream) => reader.read(chunk, stream),
    });
    const last = reader.ends.at(-1);
    if (last?.status === 'Failed') {
      const failure = last.failure ?? { phase: '', step: '', action: '', lastLines: [] };
      throw new ComponentFailed({ ...failure, componentArn: left[reader.ends.length - 1]?.source ?? '' });
    }
    left = left.slice(reader.ends.length);
    if (exitCode === EXIT.reboot) {
      say(run, ['Rebooting']);
      await run.machine.reboot();
    } else if (left.length > 0) {
      const how = exitCode === null ? `was ended by ${signal ?? 'a signal'}` : `ended with exit code ${exitCode}`;
      throw new Error(`The program that runs components ${how}. ${reader.complaint}`.trim());
    }
  }
}

function say({ log }: ComponentsRun, messages: string[]): void {
  if (messages.length > 0) log.logs.write(log.group, log.stream, messages);
}

/** Throws if something else inside has written to the output of the guest program. */
export function readReport(line: string): Report {
  const report = readMessage<Report>(line, 'type', {
    log: fields({ text: isText }),
    step: fields({ ...STEP, status: isText }),
    end: fields({ status: isText, failure: optional(fields(STEP)) }),
  });
  if (!report) throw new Error('The program that runs components sent a malformed report');
  return report;
}

const STEP = { phase: isText, step: isText, action: isText, message: optional(isText), lastLines: listOf(isText) };
const LONGEST_REPORT = 1024 * 1024;
const MOST_COMPLAINT = 64 * 1024;

/** Cuts the guest program's output into reports: log lines are written, steps announced, the ends kept. */
class ReportReader {
  /** Completed orders, in their order. */
  readonly ends: Extract<Report, { type: 'end' }>[] = [];
  /** Standard error of the guest program: nothing, unless it broke. */
  complaint = '';
  private open = '';

  constructor(private readonly run: ComponentsRun) {}

  read(chunk: string, stream: 'stdout' | 'stderr'): void {
    if (stream === 'stderr') {
      this.complaint = (this.complaint + chunk).slice(-MOST_COMPLAINT);
      return;
    }
    const lines = (this.open + chunk).split('\n');
    this.open = lines.pop() ?? '';
    const reports = lines.filter(Boolean).map(readReport);
    if (this.open.length > LONGEST_REPORT)
      throw new Error('The program that runs components sent a line without an end');
    say(
      this.run,
      reports.flatMap((report) => (report.type === 'log' ? report.text : [])),
    );
    for (const report of reports) {
      if (report.type === 'step') this.run.onStep(report);
      if (report.type === 'end') this.ends.push(report);
    }
  }
}
