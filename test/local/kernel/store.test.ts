import { type Collection, openStore, remembered } from '../../../local/kernel/store';

interface Thing {
  size: number;
}

let plain: Collection<Thing>;
let things: Collection<Thing>;

beforeEach(() => {
  plain = openStore(':memory:').collection('things');
  things = remembered(plain);
});

test('a cached document is read once, and again after a write', () => {
  things.put('a', { size: 1 });
  const read = jest.spyOn(plain, 'get');
  expect([things.get('a'), things.get('a')]).toEqual([{ size: 1 }, { size: 1 }]);
  expect(read).toHaveBeenCalledTimes(1);
  things.put('a', { size: 2 });
  expect(things.get('a')).toEqual({ size: 2 });
  expect(things.values()).toEqual([{ size: 2 }]);
});

test('the absence of a document is cached until a write, and a deletion makes it absent', () => {
  expect(things.get('a')).toBeUndefined();
  things.put('a', { size: 1 });
  expect(things.get('a')).toEqual({ size: 1 });
  things.delete('a');
  expect(things.get('a')).toBeUndefined();
});
