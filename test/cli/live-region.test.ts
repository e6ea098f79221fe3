import { LiveRegion } from '../../cli/live-region';
import { FakeScreen } from '../rig/screen';

test('on a terminal the region is rewritten in place', () => {
  const screen = new FakeScreen(true);
  const region = new LiveRegion(screen);
  region.draw(['one', 'two']);
  expect(screen.shown).toEqual(['one', 'two']);
  region.draw(['three']);
  expect(screen.shown).toEqual(['three']);
});

test('final lines are printed above the region and stay', () => {
  const screen = new FakeScreen(true);
  const region = new LiveRegion(screen);
  region.draw(['going on']);
  region.print('done', ['going on']);
  region.print('done too', ['going on', 'and on']);
  expect(screen.shown).toEqual(['done', 'done too', 'going on', 'and on']);
  region.clear();
  expect(screen.shown).toEqual(['done', 'done too']);
  region.clear();
  expect(screen.shown).toEqual(['done', 'done too']);
});

test('a line wider than the terminal takes one row and leaves nothing behind', () => {
  const screen = new FakeScreen(true, 10);
  const region = new LiveRegion(screen);
  region.draw(['a line that is too wide']);
  expect(screen.shown).toEqual(['a line tha']);
  region.print('a final line wraps', []);
  expect(screen.shown).toEqual(['a final li', 'ne wraps']);
});

test('without a terminal, only final lines are printed', () => {
  const screen = new FakeScreen(false);
  const region = new LiveRegion(screen);
  region.draw(['going on']);
  region.print('done', ['going on']);
  region.clear();
  expect(screen.written).toBe('done\n');
});
