import { messageOf } from '../../../kernel/failure';
import { askInit, finishWith } from './ask-init';

/** `reboot`, `poweroff`, `halt`, and `shutdown` with immediate effect. */
async function main([name, ...words]: string[]): Promise<void> {
  const flags = words.filter((word) => word.startsWith('-'));
  const [when = 'now'] = words.filter((word) => !word.startsWith('-'));
  if (name === 'shutdown' && !['now', '+0'].includes(when)) {
    throw new Error(`shutdown: ${when} is not supported inside a local machine: now is`);
  }
  const unknown = flags.find(
    (flag) =>
      !['-r', '-h', '-P', '-H', '-f', '--reboot', '--poweroff', '--halt', '--force', '--no-wall'].includes(flag),
  );
  if (unknown) throw new Error(`${name}: option ${unknown} is not supported inside a local machine`);
  const reboots = name === 'reboot' || flags.some((flag) => flag === '-r' || flag === '--reboot');
  finishWith(await askInit({ verb: reboots ? 'reboot' : 'poweroff', units: [] }));
}

main(process.argv.slice(2)).catch((error: unknown) =>
  finishWith({ exitCode: 1, output: [], errors: [messageOf(error)] }),
);
