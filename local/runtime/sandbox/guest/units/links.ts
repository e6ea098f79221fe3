import { existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { allWords, instanceOf, lastValue, readUnit, templateOf, UNIT_PATHS, type UnitFile } from './unit-file';

const PLACE = UNIT_PATHS[0] as string;

/** The targets that a machine reaches when it starts. */
const REACHED = ['sysinit', 'basic', 'multi-user', 'graphical', 'default', 'network-online', 'timers', 'sockets'];

/** The units that enabled links bring in at the start of a machine, in order of their names. */
export function enabledUnits(root = ''): string[] {
  const found = REACHED.flatMap((target) =>
    ['wants', 'requires'].flatMap((kind) => {
      const directory = `${root}${PLACE}/${target}.target.${kind}`;
      return existsSync(directory) ? readdirSync(directory) : [];
    }),
  );
  return [...new Set(found)].sort();
}

/** Creates the links of `[Install]`. Returns systemctl's messages. Throws its error for an unknown unit. */
export function enable(name: string, root = ''): string[] {
  const unit = mustRead(name, 'enable', root);
  if (unit.masked) throw new Error(`Failed to enable unit: Unit file ${unit.path} is masked.`);
  const links = installLinks(unit);
  if (links.length === 0) {
    return [
      `The unit files have no installation config (WantedBy=, RequiredBy=, Also=, Alias= settings in the [Install] section); nothing was done for ${name}.`,
    ];
  }
  const messages: string[] = [];
  for (const link of links) {
    const path = root + link;
    if (lstatSync(path, { throwIfNoEntry: false })) {
      if (readlinkSync(path) === unit.path) continue;
      rmSync(path);
    }
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(unit.path, path);
    messages.push(`Created symlink ${link} → ${unit.path}.`);
  }
  for (const also of allWords(unit, 'Install', 'Also')) if (also !== name) messages.push(...enable(also, root));
  return messages;
}

/** Removes every link to the unit. */
export function disable(name: string, root = ''): string[] {
  mustRead(name, 'disable', root);
  return linksTo(name, root).map((link) => {
    rmSync(root + link);
    return `Removed "${link}".`;
  });
}

/** `enabled`, `disabled`, `static` (nothing to enable), `masked`; undefined for a missing unit. */
export function enablement(name: string, root = ''): string | undefined {
  const unit = readUnit(name, root);
  if (!unit) return undefined;
  if (unit.masked) return 'masked';
  if (linksTo(name, root).length > 0) return 'enabled';
  return installLinks(unit).length > 0 ? 'disabled' : 'static';
}

function mustRead(name: string, verb: string, root: string): UnitFile {
  const unit = readUnit(name, root);
  if (!unit) throw new Error(`Failed to ${verb} unit: Unit file ${name} does not exist.`);
  return unit;
}

function installLinks(unit: UnitFile): string[] {
  const instance = instanceOf(unit.name) || (lastValue(unit, 'Install', 'DefaultInstance') ?? '');
  const name = unit.name.replace(/@(?=\.)/, `@${instance}`);
  return [
    ...allWords(unit, 'Install', 'Alias').map((alias) => `${PLACE}/${alias}`),
    ...allWords(unit, 'Install', 'WantedBy').map((target) => `${PLACE}/${target}.wants/${name}`),
    ...allWords(unit, 'Install', 'RequiredBy').map((target) => `${PLACE}/${target}.requires/${name}`),
  ];
}

/** Returns the links of enabled units whose name, or target, is the unit. */
function linksTo(name: string, root: string): string[] {
  const directories = existsSync(root + PLACE)
    ? readdirSync(root + PLACE).filter((entry) => /\.(wants|requires)$/.test(entry))
    : [];
  return ['', ...directories.map((directory) => `/${directory}`)].flatMap((directory) =>
    readdirSync(root + PLACE + directory)
      .map((entry) => `${PLACE}${directory}/${entry}`)
      .filter((path) => {
        if (!lstatSync(root + path).isSymbolicLink()) return false;
        const target = basename(readlinkSync(root + path));
        return directory === ''
          ? target === name && basename(path) !== name
          : basename(path) === name || (target === name && templateOf(name) === name);
      }),
  );
}
