/**
 * The guest program that runs component documents inside a build or test machine, as AWSTOE does on EC2: takes `Order`s
 * on standard input, prints `Report`s on standard output, and exits with 0, 1, or 194 to be run again after a reboot.
 */
import { readFileSync } from 'node:fs';
import { SystemClock } from '../../../kernel/clock';
import { createIds } from '../../../kernel/ids';
import { parseDocument } from '../document/parse';
import { type AwsClients, awsClients } from './aws-clients';
import { type Ending, execute, type Host } from './execute';
import { machineFacts } from './facts';
import { Folder } from './folder';
import { machineValue } from './machine-values';
import { EXIT, type Order, type Report } from './protocol';

async function main(): Promise<number> {
  const orders = readFileSync(0, 'utf8').split('\n').filter(Boolean);
  const aws = awsClients();
  for (const order of orders) {
    const code = await carryOut(JSON.parse(order) as Order, aws);
    if (code !== EXIT.success) return code;
  }
  return EXIT.success;
}

async function carryOut(order: Order, aws: AwsClients): Promise<number> {
  const folder = new Folder(order.folder);
  const clock = new SystemClock(order.timeScale);
  const ids = createIds();
  const checkpoint = folder.load();
  folder.document(order.document);
  const say = (report: Report) => {
    if (report.type === 'log') folder.log(report.text, clock.now());
    process.stdout.write(`${JSON.stringify(report)}\n`);
  };
  const host: Host = {
    clock,
    facts: machineFacts,
    aws,
    folder: order.folder,
    value: (reference, at) => machineValue(reference, at, { order, clock, ids, aws }),
    report: say,
    save: () => folder.save(checkpoint),
  };
  const { parameters, phases, source } = order;
  const document = parseDocument(order.document);
  const steps = document.phases.flatMap(({ name, steps }) => (phases.includes(name) ? steps : []));
  if (steps.some(({ action }) => action.startsWith('S3'))) setImmediate(() => void loadAhead(aws));
  const level = { document, parameters, phases, sources: [source], checkpoint };
  const ending = await execute(level, host);
  if (ending === 'reboot') return EXIT.reboot;
  folder.detailedOutput(order, ending);
  for (const text of failureBlock(order, ending)) say({ type: 'log', text });
  say({ type: 'end', status: ending.status, ...(ending.failure ? { failure: ending.failure } : {}) });
  return ending.status === 'Failed' ? EXIT.failed : EXIT.success;
}

/**
 * Loads modules while the steps before a transfer run. An error here occurs again, and is reported, at the transfer.
 */
async function loadAhead(aws: AwsClients): Promise<void> {
  const client = await aws.s3();
  await client.config.credentials().catch(() => undefined);
}

/** Returns AWSTOE's text in console.log about the first step that failed. */
function failureBlock(order: Order, { failure }: Ending): string[] {
  if (!failure) return [];
  const { phase, step, action, message = '' } = failure;
  const lines = { ComponentArn: order.source, Phase: phase, Step: step, Action: action, ErrorMessage: message };
  return Object.entries(lines).map(([name, value]) => `  ${name}: ${value}`);
}

// Without an explicit exit the program would wait for background processes of steps.
main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(EXIT.broken);
  },
);
