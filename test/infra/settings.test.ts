import { readSettings, settings } from '../../infra/settings';
import { scratchApp } from '../rig/scratch-app';

const read = (context?: unknown) => readSettings(scratchApp({ context: { settings: context } }).node);

test('without context the settings are those of the file', () => {
  expect(readSettings(scratchApp().node)).toEqual(settings);
});

test('the context replaces fields, as an object or as its text', () => {
  expect(read({ name: 'other' })).toEqual({ ...settings, name: 'other' });
  expect(read('{"name":"other"}')).toEqual({ ...settings, name: 'other' });
});

test('settings from the context are checked too', () => {
  expect(() => read({ name: 'Other' })).toThrow('name: "Other" cannot be used');
});
