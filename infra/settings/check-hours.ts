import { type Mistakes, show } from './mistakes';

/** Checks when servers are there. */
export function checkHours(mistakes: Mistakes, path: string, value: unknown): void {
  const hours = mistakes.object(path, value, { needed: ['start', 'stop'], optional: ['days', 'timeZone'] });
  if (!hours) return;
  const form = { pattern: /^([01]\d|2[0-3]):[0-5]\d$/, right: 'a time of day from "00:00" to "23:59"' };
  const times = [mistakes.text(`${path}.start`, hours.start, form), mistakes.text(`${path}.stop`, hours.stop, form)];
  if (!times.includes(false) && hours.start === hours.stop) {
    mistakes.add(`${path}.stop`, `${show(hours.stop)} is ${path}.start too`, 'leave a time between them');
  }
  if (hours.days !== undefined) checkDays(mistakes, `${path}.days`, hours.days);
  if (hours.timeZone !== undefined) checkTimeZone(mistakes, `${path}.timeZone`, hours.timeZone);
}

/** As the field of a cron expression has them, from Sunday on: Auto Scaling takes the traditional form. */
function checkDays(mistakes: Mistakes, path: string, value: unknown): void {
  const day = `(${DAYS.join('|')})`;
  const right = 'days or ranges of days, as "MON-FRI" or "MON,WED,FRI"';
  const pattern = new RegExp(`^${day}(-${day})?(,${day}(-${day})?)*$`);
  if (!mistakes.text(path, value, { pattern, right })) return;
  for (const range of value.split(',')) {
    const [from = '', to = from] = range.split('-');
    if (DAYS.indexOf(from) > DAYS.indexOf(to)) {
      mistakes.add(
        path,
        `${show(range)} goes backwards, since weeks begin on SUN`,
        'use two ranges, as "SUN-MON,FRI-SAT"',
      );
    }
  }
}

const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

function checkTimeZone(mistakes: Mistakes, path: string, value: unknown): void {
  const right = 'a name of the IANA database, as "Europe/Dublin" or "Etc/UTC"';
  if (!mistakes.text(path, value, { pattern: /^[A-Za-z][A-Za-z0-9_+/-]*$/, right })) return;
  if (!isTimeZone(value)) {
    mistakes.add(path, `${show(value)} is no time zone`, `use ${right}`);
    return;
  }
  // Intl overlooks capitals, and Auto Scaling does not.
  const spelled = Intl.supportedValuesOf('timeZone').find((zone) => zone.toLowerCase() === value.toLowerCase());
  if (spelled && spelled !== value) mistakes.add(path, `${show(value)} is spelled otherwise`, `use ${show(spelled)}`);
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
