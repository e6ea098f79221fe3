import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { UserMistake } from '../../../../local/kernel/failure';
import type { Json } from '../../../../local/runtime/imagebuilder/document/document';
import { evaluate, type Facts } from '../../../../local/runtime/imagebuilder/document/expression';
import { mistakeWords, parseDocument } from '../../../../local/runtime/imagebuilder/document/parse';
import type { MachineReference } from '../../../../local/runtime/imagebuilder/document/references';
import {
  advance,
  begin,
  type DocumentRun,
  type NextStep,
  next,
  type StepAnswer,
} from '../../../../local/runtime/imagebuilder/document/run';
import { resolve, type Values } from '../../../../local/runtime/imagebuilder/document/values';
import { casesOf } from '../../../rig/cases';

/*
 * A case is a folder. The first line of document.yml is the title. script.yml has the results of the steps' actions and
 * the properties of the machine. expected.txt has the events.
 */

type Outcome = 'times-out' | 'reboot-same-step' | 'reboot-next-step' | { fails: string } | Record<string, string>;

interface Script {
  readonly phases?: string[];
  readonly parameters?: Record<string, string>;
  /** By step, in the order of its attempts and iterations; beyond them it succeeds without outputs. */
  readonly outcomes?: Record<string, Outcome[]>;
  readonly machine?: { files?: string[]; folders?: string[]; binaries?: string[] } & Partial<
    Record<MachineReference['kind'], Record<string, string>>
  >;
}

const titled = (behaviour: string) =>
  casesOf(behaviour).map((one) => {
    const document = one.file('document.yml') ?? '';
    return { one, document, title: document.split('\n')[0]?.slice(2) ?? one.title };
  });

describe('invalid component documents are refused', () => {
  test.each(titled('component-refused'))('$title', ({ one, document }) => {
    let words = 'accepted';
    try {
      parseDocument(document);
    } catch (error) {
      if (!(error instanceof UserMistake)) throw error;
      words = mistakeWords(error);
    }
    one.expectText(`${words}\n`);
  });
});

test('the document of the application is accepted', () => {
  const file = join(__dirname, '../../../../infra/image/app.yml');
  const { phases } = parseDocument(readFileSync(file, 'utf8'));
  expect(phases.map((phase) => phase.name)).toEqual(['build', 'validate', 'test']);
});

describe('component documents run', () => {
  test.each(titled('component-runs'))('$title', async ({ one, document }) => {
    const script = (parse(one.file('script.yml') ?? '') ?? {}) as Script;
    one.expectText(`${(await play(document, script)).join('\n')}\n`);
  });
});

/** Plays the document with the script's outcomes; the run is written down and read again between any two moves. */
async function play(text: string, script: Script): Promise<string[]> {
  const document = parseDocument(text);
  const lines: string[] = [];
  const outcomes = structuredClone(script.outcomes ?? {});
  let run = begin(document, script.phases ?? ['build', 'validate']);
  for (let move = next(document, run); ; move = next(document, run)) {
    if (move.kind === 'end') return [...lines, move.status];
    const answer = await answerTo(move, { document, run, script, outcomes, lines });
    const before = run.records.length;
    run = JSON.parse(JSON.stringify(advance(document, run, answer))) as DocumentRun;
    for (const record of run.records.slice(before)) {
      const outputs = Object.keys(record.outputs).length > 0 ? ` ${JSON.stringify(record.outputs)}` : '';
      lines.push(`${record.phase}.${record.step}: ${record.status}${record.message ? `: ${record.message}` : outputs}`);
    }
  }
}

interface Play {
  readonly document: Values['document'];
  readonly run: DocumentRun;
  readonly script: Script;
  readonly outcomes: Record<string, Outcome[]>;
  readonly lines: string[];
}

async function answerTo(move: Exclude<NextStep, { kind: 'end' }>, play: Play): Promise<StepAnswer> {
  const { document, run, script, outcomes, lines } = play;
  const iteration = move.kind === 'act' ? move.iteration : undefined;
  const values: Values = {
    document,
    parameters: script.parameters ?? {},
    records: run.records,
    step: move.step,
    ...(iteration ? { iteration } : {}),
    machine: async (reference) => machineValue(reference, script),
  };
  const facts = factsOf(script);
  try {
    if (move.kind === 'decide') {
      const holds = evaluate(await resolve(move.step.condition?.expression ?? null, values), facts);
      lines.push(`${move.phase.name}.${move.step.name}? ${holds}`);
      return { kind: 'decided', holds };
    }
    if (move.kind === 'list')
      return { kind: 'listed', strings: (await resolve([...move.strings], values)) as string[] };
    const inputs = await resolve(move.step.inputs, values);
    const turn = iteration ? ` [${iteration.index}]` : '';
    lines.push(`${move.phase.name}.${move.step.name} attempt ${move.attempt}${turn} ${JSON.stringify(inputs)}`);
    if (move.step.action !== 'Assert') return answerOf(outcomes[move.step.name]?.shift(), inputs);
    if (evaluate(inputs, facts)) return { kind: 'succeeded', inputs, outputs: {} };
    return { kind: 'failed', inputs, message: 'the assertion is false' };
  } catch (error) {
    return { kind: 'failed', inputs: null, message: (error as Error).message };
  }
}

function answerOf(outcome: Outcome | undefined, inputs: Json): StepAnswer {
  if (outcome === 'times-out') return { kind: 'timed-out', inputs };
  if (outcome === 'reboot-same-step') return { kind: 'rebooting', resume: 'same-step', inputs };
  if (outcome === 'reboot-next-step') return { kind: 'rebooting', resume: 'next-step', inputs };
  if (outcome?.['fails']) return { kind: 'failed', inputs, message: outcome['fails'] };
  return { kind: 'succeeded', inputs, outputs: outcome ?? {} };
}

function factsOf({ machine = {} }: Script): Facts {
  return {
    fileExists: (path) => machine.files?.includes(path) ?? false,
    folderExists: (path) => machine.folders?.includes(path) ?? false,
    binaryExists: (name) => machine.binaries?.includes(name) ?? false,
    digest: () => undefined,
  };
}

function machineValue(reference: MachineReference, { machine = {} }: Script): string {
  const name = Object.values(reference).find((value) => value !== reference.kind) ?? '';
  const value = machine[reference.kind]?.[name];
  if (value === undefined) throw new Error(`no ${reference.kind} ${name}`);
  return value;
}
