import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A unit's file with its drop-ins: all settings in their order, by section. */
export interface UnitFile {
  readonly name: string;
  /** Path of the file. */
  readonly path: string;
  readonly masked: boolean;
  readonly settings: readonly Setting[];
}

export interface Setting {
  readonly section: string;
  readonly key: string;
  readonly value: string;
}

/** Nearest first; `enable` puts its links into the first. */
export const UNIT_PATHS = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

/** The unit of that name, or undefined. `root` is put before every path. */
export function readUnit(name: string, root = ''): UnitFile | undefined {
  const path = findUnit(name, root);
  if (path === undefined) return undefined;
  const masked = isMasked(root + path);
  const texts = masked ? [] : [root + path, ...dropIns(name, root)].map((file) => readFileSync(file, 'utf8'));
  return { name, path, masked, settings: texts.flatMap(parseUnit) };
}

/** `app@blue.service` uses the template `app@.service`. */
export function templateOf(name: string): string {
  return name.replace(/@.*(?=\.\w+$)/, '@');
}

/** Returns the text between `@` and the suffix. */
export function instanceOf(name: string): string {
  return /@(.*)\.\w+$/.exec(name)?.[1] ?? '';
}

function findUnit(name: string, root: string): string | undefined {
  for (const candidate of new Set([name, templateOf(name)])) {
    for (const directory of UNIT_PATHS) {
      const path = `${directory}/${candidate}`;
      if (existsSync(root + path) || isMasked(root + path)) return path;
    }
  }
  return undefined;
}

function isMasked(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true && readlinkSync(path) === '/dev/null';
}

/** `app.service.d/*.conf` of all unit paths, by file name; of two with one name the nearest counts. */
function dropIns(name: string, root: string): string[] {
  const files = new Map<string, string>();
  for (const directory of [...UNIT_PATHS].reverse()) {
    for (const unit of new Set([templateOf(name), name])) {
      const place = `${root}${directory}/${unit}.d`;
      if (!existsSync(place)) continue;
      for (const file of readdirSync(place)) if (file.endsWith('.conf')) files.set(file, `${place}/${file}`);
    }
  }
  return [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

/** Parses the settings of a unit's text. Lines that end with a backslash continue; comments may be between them. */
export function parseUnit(text: string): Setting[] {
  const settings: Setting[] = [];
  let section = '';
  for (const line of joinLines(text)) {
    const header = /^\[(.+)\]$/.exec(line);
    const pair = /^([^=]+?)\s*=\s*(.*)$/s.exec(line);
    if (header) section = header[1] as string;
    else if (pair) settings.push({ section, key: pair[1] as string, value: pair[2] as string });
  }
  return settings;
}

function joinLines(text: string): string[] {
  const lines: string[] = [];
  let open = false;
  for (const raw of text.split('\n')) {
    if (/^\s*[#;]/.test(raw)) continue;
    const line = raw.replace(/\\$/, '').trim();
    if (open) lines.push(`${lines.pop()} ${line}`);
    else if (line) lines.push(line);
    open = raw.endsWith('\\');
  }
  return lines;
}

/** Returns the last value of a setting, or undefined. An empty value resets those before. */
export function lastValue(unit: UnitFile, section: string, key: string): string | undefined {
  return (
    unit.settings.filter((setting) => setting.section === section && setting.key === key).at(-1)?.value || undefined
  );
}

/** Returns all values of a setting. An empty value resets those before. */
export function allValues(unit: UnitFile, section: string, key: string): string[] {
  let values: string[] = [];
  for (const setting of unit.settings) {
    if (setting.section !== section || setting.key !== key) continue;
    values = setting.value === '' ? [] : [...values, setting.value];
  }
  return values;
}

/** As `allValues`, for values that are lists of words. */
export function allWords(unit: UnitFile, section: string, key: string): string[] {
  return allValues(unit, section, key).flatMap((value) => value.split(/\s+/).filter(Boolean));
}
