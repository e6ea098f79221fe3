import { type Mistakes, show } from './mistakes';

/** A local part without quotes or comments, and a domain of at least two labels, as SNS accepts. */
const MAIL = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;

/** Each address is a resource of the pipeline's stack, which has at most 500 (*choice*). */
const MOST = 50;

/** Checks a list of mail addresses, each named once: SNS knows an address only once for each topic. */
export function checkMails(mistakes: Mistakes, path: string, value: unknown): void {
  if (!Array.isArray(value)) {
    mistakes.add(path, `${show(value)} is no list`, 'list mail addresses, as ["team@example.com"]');
    return;
  }
  if (value.length > MOST) {
    mistakes.add(
      path,
      `it lists ${value.length} mail addresses`,
      `list at most ${MOST}; a mailing list has room for more`,
    );
    return;
  }
  for (const [index, mail] of value.entries()) {
    if (!mistakes.text(`${path}[${index}]`, mail, { pattern: MAIL, right: 'a mail address, as "team@example.com"' }))
      continue;
    const before = value.indexOf(mail);
    if (before < index) mistakes.add(`${path}[${index}]`, `${show(mail)} is ${path}[${before}] too`, 'name it once');
  }
}
