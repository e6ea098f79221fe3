import { messageOf } from '../../../kernel/failure';
import { askInit, finishWith } from './ask-init';
import type { ControlReply } from './control-protocol';
import { disable, enable, enablement } from './units/links';

/**
 * systemctl, for image components, units and user data. Enabling edits links; other requests go to the machine's init.
 * Unsupported ones are refused by name.
 */
async function main([, ...words]: string[]): Promise<void> {
  const options = readOptions(words);
  const [verb = 'list-units', ...names] = options.words;
  const units = names.map((name) => (/\.[a-z]+$/.test(name) ? name : `${name}.service`));
  const offline = OFFLINE[verb];
  if (offline) {
    const reply = offline(units);
    if (!options.now || reply.exitCode !== 0) return finish(options.quiet, reply);
    const then = await askInit({ verb: verb === 'enable' ? 'start' : 'stop', units });
    return finish(options.quiet, {
      ...then,
      output: [...reply.output, ...then.output],
      errors: [...reply.errors, ...then.errors],
    });
  }
  finish(
    options.quiet,
    await askInit({
      verb: ALIASES[verb] ?? verb,
      units,
      properties: options.properties,
      valueOnly: options.value,
      noBlock: options.noBlock,
    }),
  );
}

const ALIASES: Readonly<Record<string, string>> = {
  condrestart: 'try-restart',
  'force-reload': 'reload-or-restart',
  halt: 'poweroff',
  'daemon-reexec': 'daemon-reload',
};

const OFFLINE: Readonly<Record<string, (units: readonly string[]) => ControlReply>> = {
  enable: (units) => editLinks(units, enable),
  disable: (units) => editLinks(units, disable),
  reenable: (units) => editLinks(units, (name) => [...disable(name), ...enable(name)]),
  'is-enabled': (units) => {
    const states = units.map((name) => [name, enablement(name)] as const);
    return {
      exitCode: states.some(([, state]) => state === 'enabled' || state === 'static') ? 0 : 1,
      output: states.flatMap(([, state]) => state ?? []),
      errors: states
        .filter(([, state]) => !state)
        .map(([name]) => `Failed to get unit file state for ${name}: No such file or directory`),
    };
  },
};

function editLinks(units: readonly string[], edit: (name: string) => string[]): ControlReply {
  try {
    // systemctl prints its links on standard error.
    return { exitCode: 0, output: [], errors: units.flatMap((name) => edit(name)) };
  } catch (error) {
    return { exitCode: 1, output: [], errors: [messageOf(error)] };
  }
}

interface Options {
  words: string[];
  properties: string[];
  now: boolean;
  quiet: boolean;
  value: boolean;
  noBlock: boolean;
}

/** Options without effect here: there is no pager, and no other systemd. */
const IGNORED = [
  '--no-pager',
  '--system',
  '--no-ask-password',
  '--full',
  '-l',
  '--no-legend',
  '--plain',
  '--force',
  '-f',
  '--no-reload',
  '--no-wall',
];

function readOptions(words: string[]): Options {
  const options: Options = { words: [], properties: [], now: false, quiet: false, value: false, noBlock: false };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    const property = /^(?:--property=?|-p)(.*)$/s.exec(word);
    if (property) options.properties.push(...(property[1] || (words[++i] ?? '')).split(','));
    else if (word === '--now') options.now = true;
    else if (word === '--quiet' || word === '-q') options.quiet = true;
    else if (word === '--no-block') options.noBlock = true;
    else if (word === '--value') options.value = true;
    else if (!word.startsWith('-')) options.words.push(word);
    else if (!IGNORED.includes(word))
      throw new Error(`systemctl: option ${word} is not supported inside a local machine`);
  }
  return options;
}

function finish(quiet: boolean, reply: ControlReply): void {
  finishWith(quiet ? { ...reply, output: [], errors: reply.exitCode === 0 ? [] : reply.errors } : reply);
}

main(process.argv.slice(2)).catch((error: unknown) =>
  finishWith({ exitCode: 1, output: [], errors: [messageOf(error)] }),
);
