import { type Mistakes, show } from './mistakes';

/** A local part without quotes or comments, and a domain of at least two labels, as SNS accepts. */
const MAIL = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;

/** Checks a list of mail addresses, each named once: SNS knows an address only once for each topic. */
export function checkMails(mistakes: Mistakes, path: string, value: unknown): void {
  if (!Array.isArray(value)) {
    mistakes.add(path, `${show(value)} is no list`, 'list mail addresses, as ["team@example.com"]');
    return;
  }
  for (const [index, mail] of value.entries()) {
    if (!mistakes.text(`${path}[${index}]`, mail, { pattern: MAIL, right: 'a mail address, as "team@example.com"' }))
      continue;
    const before = value.indexOf(mail);
    if (before < index) mistakes.add(`${path}[${index}]`, `${show(mail)} is ${path}[${before}] too`, 'name it once');
  }
}
