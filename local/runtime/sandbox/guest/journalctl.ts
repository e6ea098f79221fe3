import { hostname } from 'node:os';
import { messageOf } from '../../../kernel/failure';
import { finishWith } from './ask-init';
import { type JournalLine, readJournal } from './units/journal';

/** journalctl for one unit: `-u UNIT`, `-n LINES`, `-o cat|short|short-iso`. The rest is refused by name. */
function main([, ...words]: string[]): void {
  const units: string[] = [];
  let count = Number.POSITIVE_INFINITY;
  let format = 'short';
  for (let i = 0; i < words.length; i++) {
    const [, option, joined] = /^(-[unob]|--[a-z-]+)=?(.*)$/s.exec(words[i] as string) ?? [];
    const value = () => joined || (words[++i] ?? '');
    if (option === '-u' || option === '--unit') units.push(value());
    else if (option === '-n' || option === '--lines') count = Number(value().replace('all', 'Infinity'));
    else if (option === '-o' || option === '--output') format = value();
    else if (!['--no-pager', '--no-hostname', '-b', '--boot', '--quiet', '-q', '--all'].includes(option ?? '')) {
      throw new Error(`journalctl: ${words[i]} is not supported inside a local machine`);
    }
  }
  if (units.length !== 1) throw new Error('journalctl: inside a local machine, name one unit with -u');
  if (!(format in FORMATS)) throw new Error(`journalctl: -o ${format} is not supported inside a local machine`);
  const name = /\.[a-z]+$/.test(units[0] as string) ? (units[0] as string) : `${units[0]}.service`;
  const lines = readJournal(name);
  const shown = count === Number.POSITIVE_INFINITY ? lines : count > 0 ? lines.slice(-count) : [];
  const output = shown.map(FORMATS[format] as (line: JournalLine) => string);
  finishWith({
    exitCode: 0,
    output: output.length > 0 || format === 'cat' ? output : ['-- No entries --'],
    errors: [],
  });
}

const FORMATS: Readonly<Record<string, (line: JournalLine) => string>> = {
  cat: ({ text }) => text,
  short: ({ time, from, text }) => `${shortTime(time)} ${hostname()} ${from}: ${text}`,
  'short-iso': ({ time, from, text }) => `${time} ${hostname()} ${from}: ${text}`,
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Nov 20 23:54:01`. */
function shortTime(iso: string): string {
  return `${MONTHS[Number(iso.slice(5, 7)) - 1]} ${iso.slice(8, 10)} ${iso.slice(11, 19)}`;
}

try {
  main(process.argv.slice(2));
} catch (error) {
  finishWith({ exitCode: 1, output: [], errors: [messageOf(error)] });
}
