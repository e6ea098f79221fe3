import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoredEvents } from '../../../../local/runtime/logs/stored-events';

const EVER = { from: 0, to: Number.POSITIVE_INFINITY };

let directory: string;
let stored: StoredEvents;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'events-'));
  stored = new StoredEvents(directory);
});
afterEach(() => rmSync(directory, { recursive: true }));

const event = (timestamp: number, message = String(timestamp)) => ({ timestamp, message });
const messages = (events = stored, { from, to } = events.within('one', EVER.from, EVER.to)) =>
  [...events.read('one', { from, to })].map(({ message }) => message);

test('events are read after a restart, and new ones continue after them', () => {
  const long = 'x'.repeat(200_000);
  stored.append('one', [event(1), event(1, long), event(2, 'line\nwith an end, “quoted”')], 5);
  const again = new StoredEvents(directory);
  again.append('one', [event(3)], 6);
  expect(messages(again)).toEqual(['1', long, 'line\nwith an end, “quoted”', '3']);
  expect([...again.read('one', { from: 2, to: 4 })]).toEqual([
    { timestamp: 2, ingestedAt: 5, message: 'line\nwith an end, “quoted”', position: 2 },
    { timestamp: 3, ingestedAt: 6, message: '3', position: 3 },
  ]);
});

test('many blocks, longer and shorter than a read chunk, are found at their places', () => {
  const texts = Array.from({ length: 60 }, (_, n) => `${n} ${'é'.repeat((n * 7919) % 90_000)}`);
  for (const [n, text] of texts.entries()) stored.append('one', [event(n, text)], n);
  expect(messages(new StoredEvents(directory))).toEqual(texts);
});

test('a partly written event is dropped after a power loss, and nothing else is lost', () => {
  stored.append('one', [event(1)], 5);
  const [file = ''] = readdirSync(directory);
  appendFileSync(join(directory, file), '2 5 1 ["ha');
  const again = new StoredEvents(directory);
  expect(messages(again)).toEqual(['1']);
  again.append('one', [event(3)], 6);
  expect(messages(again)).toEqual(['1', '3']);
  expect(messages(new StoredEvents(directory))).toEqual(['1', '3']);
});

test('a stream that is created again has no events of the deleted one', () => {
  stored.append('one', [event(1)], 5);
  stored.delete('one');
  expect(readdirSync(directory)).toEqual([]);
  stored.append('one', [event(2)], 6);
  new StoredEvents(directory).begin('one');
  expect(readdirSync(directory)).toEqual([]);
});
