import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Database from 'libsql';
import { Control } from '../rig/control';
import type { Project } from '../rig/project';
import type { Runtime } from '../rig/runtime';

/** Milliseconds that a person waits. */
export interface Waits {
  /** From the command to the line that says that a push is waited for. */
  readonly start: number;
  readonly status: number;
  readonly history: number;
}

export const EXECUTIONS = 1000;
export const IMAGES = 300;

/** Measures what a person waits for with the state as it is, and with a long past. */
export async function growth(project: Project, runtime: Runtime): Promise<{ fresh: Waits; grown: Waits }> {
  const control = new Control(project, runtime);
  const fresh = await waits(control, runtime);
  await runtime.end();
  multiply(join(runtime.state, 'state.db'));
  return { fresh, grown: await waits(control, runtime) };
}

async function waits(control: Control, runtime: Runtime): Promise<Waits> {
  await runtime.end();
  const begun = Date.now();
  runtime.begin();
  await runtime.line(/^push to run it again/);
  const start = Date.now() - begun;
  return {
    start,
    status: await timed(() => runtime.run('status')),
    history: await timed(() => control.succeed('history')),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = Date.now();
  await work();
  return Date.now() - begun;
}

interface Row {
  readonly collection: string;
  readonly key: string;
  readonly value: string;
}

/** Gives a state the past of many executions and images: copies of the latest ones, with ids and times of their own. */
function multiply(file: string): void {
  const database = new Database(file);
  const rows = database.prepare('select collection, key, value from document').all() as Row[];
  const put = database.prepare('insert or replace into document (collection, key, value) values (?, ?, ?)');
  const executions = rows.filter(({ collection }) => collection.endsWith('codepipeline.executions'));
  const latest = JSON.parse(executions.at(-1)!.value) as { id: string };
  const image = rows
    .find(({ collection }) => collection.endsWith('ec2.images'))!
    .key.split('/')
    .at(-1)!;
  const past = [
    ...copies(rows, { id: latest.id, count: EXECUTIONS, made: () => randomUUID() }),
    ...copies(rows, { id: image, count: IMAGES, made: (n) => `ami-${n.toString(16).padStart(17, '0')}` }),
  ];
  database.transaction(() => {
    for (const row of rows) put.run(row.collection, row.key, later(row));
    for (const row of past) put.run(row.collection, row.key, row.value);
  })();
  database.close();
}

/** Numbers of what is there already come after those of the past. */
function later({ collection, value }: Row): string {
  if (collection.endsWith('codepipeline.executions')) return shifted(value, 'number');
  return collection.endsWith('codepipeline.pipelines') ? shifted(value, 'nextNumber') : value;
}

function shifted(value: string, field: string): string {
  const record = JSON.parse(value) as Record<string, number>;
  return JSON.stringify({ ...record, [field]: (record[field] ?? 0) + EXECUTIONS });
}

interface Copied {
  readonly id: string;
  readonly count: number;
  made(n: number): string;
}

/** Every document whose key names `id`, as often as wanted; the first copy is the oldest. */
function copies(rows: readonly Row[], { id, count, made }: Copied): Row[] {
  const named = rows.filter(({ key }) => key.includes(id));
  return Array.from({ length: count }, (_, index) => index + 1).flatMap((n) => {
    const copy = made(n);
    return named.map(({ collection, key, value }) => ({
      collection,
      key: key.replaceAll(id, copy),
      value: before(value.replaceAll(id, copy), count - n + 1).replace(/"number":\d+/, `"number":${n}`),
    }));
  });
}

/** A document's moments, so many minutes earlier. */
function before(value: string, minutes: number): string {
  return value.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (moment) =>
    new Date(Date.parse(moment) - minutes * 60_000).toISOString(),
  );
}
