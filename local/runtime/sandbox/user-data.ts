import { NotSupportedLocally } from '../../kernel/failure';

/** Kinds of user data that cloud-init executes and a local machine does not, by their beginnings. */
const REFUSED: readonly [begins: RegExp, name: string][] = [
  [/^#cloud-config\b/, '#cloud-config'],
  [/^#cloud-boothook\b/, '#cloud-boothook'],
  [/^#include/, '#include'],
  [/^#part-handler\b/, '#part-handler'],
  [/^## template:\s*jinja/, 'a jinja template'],
  [/^(content-type:|mime-version:|from )/i, 'MIME multipart'],
];

/** Throws for user data that is neither a script nor plain text. `userData` is decoded. */
export function refuseUserData(userData: string | undefined): void {
  const found = REFUSED.find(([begins]) => begins.test(userData ?? ''));
  if (found)
    throw new NotSupportedLocally(`User data of the kind ${found[1]}`, 'write it as a script that begins with #!');
}
