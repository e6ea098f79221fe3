import { type Mistakes, show } from './mistakes';

/** Checks the expected answer after a deployment. The lengths keep the action's configuration within its limit (H2). */
export function checkVerify(mistakes: Mistakes, path: string, value: unknown): void {
  const verify = mistakes.object(path, value, {
    needed: [],
    optional: ['path', 'status', 'contains', 'withinMinutes'],
  });
  if (!verify) return;
  if (verify.path !== undefined) {
    const right = 'up to 100 characters that begin with one "/", without spaces, quotes and "#"';
    mistakes.text(`${path}.path`, verify.path, {
      pattern: /^\/(?!\/)[A-Za-z0-9\-._~!$&'()*+,;=:@%/?[\]]{0,99}$/,
      right,
    });
  }
  if (verify.status !== undefined) mistakes.number(`${path}.status`, verify.status, { from: 200, to: 599 });
  if (verify.contains !== undefined) checkContains(mistakes, `${path}.contains`, verify.contains);
  if (verify.withinMinutes !== undefined) mistakes.count(`${path}.withinMinutes`, verify.withinMinutes, 60);
}

/** The text is JSON in the action's configuration, where `#{` would begin a variable. */
function checkContains(mistakes: Mistakes, path: string, value: unknown): void {
  if (typeof value !== 'string' || value === '' || /\p{Cc}|\p{Cf}|\p{Cs}|[\u2028\u2029]/u.test(value)) {
    mistakes.add(path, `${show(value)} cannot be used`, 'use a text of one line, without control characters');
  } else if (value.includes('#{')) {
    mistakes.add(path, `${show(value)} has "#{", which begins a variable of the pipeline`, 'leave it out');
  } else if (JSON.stringify(value).length > 202) {
    const length = JSON.stringify(value).length - 2;
    mistakes.add(path, `it has ${length} characters in JSON`, 'use at most 200, a quote or backslash counting twice');
  }
}
