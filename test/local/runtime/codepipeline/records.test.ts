import { openStore } from '../../../../local/kernel/store';
import type { Execution } from '../../../../local/runtime/codepipeline/execution';
import { type PipelineRecord, Records } from '../../../../local/runtime/codepipeline/records';

const execution = (number: number) =>
  ({ id: `e-${9 - number}`, pipeline: 'app', number, status: 'Succeeded' }) as Execution;
const pipeline = (name: string): PipelineRecord => ({
  definition: { name, stages: [] } as unknown as PipelineRecord['definition'],
  version: 1,
  structureSince: 1,
  createdAt: '2026-01-31T13:10:52.671Z',
  updatedAt: '2026-01-31T13:10:52.671Z',
  nextNumber: 1,
  active: [],
  disabledTransitions: {},
});

describe('the executions of a pipeline', () => {
  const store = openStore(':memory:');
  const read: string[] = [];
  const watched = {
    ...store,
    collection: <T>(name: string) => {
      const collection = store.collection<T>(name);
      const get = (key: string) => {
        if (key.startsWith('app/')) read.push(key);
        return collection.get(key);
      };
      return { ...collection, get };
    },
  };
  const ids = (records: Records) => [...records.recent('app')].map(({ id }) => id);
  const records = new Records(watched);
  records.put(pipeline('app'));
  for (const number of [1, 2, 3]) records.add(execution(number));

  test('are listed with the latest first, also from a state that another process wrote', () => {
    expect(ids(records)).toEqual(['e-6', 'e-7', 'e-8']);
    expect(ids(new Records(watched))).toEqual(['e-6', 'e-7', 'e-8']);
  });

  test('are read lazily', () => {
    read.length = 0;
    const [latest] = records.recent('app');
    expect(latest?.id).toBe('e-6');
    expect(read).toEqual(['app/e-6']);
  });

  test('stay unchanged if an addition fails', () => {
    const failing = () => {
      throw new Error('the disk is full');
    };
    expect(() => records.add(execution(4), failing)).toThrow('the disk is full');
    expect(ids(records)).toEqual(['e-6', 'e-7', 'e-8']);
  });

  test('are deleted with their pipeline, and do not return with another of the same name', () => {
    records.delete('app');
    records.put(pipeline('app'));
    expect(ids(records)).toEqual([]);
  });
});
