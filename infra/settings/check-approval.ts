import { checkMails } from './check-mails';
import type { Mistakes } from './mistakes';

/** Checks the approvers, and the time for the answer. */
export function checkApproval(mistakes: Mistakes, path: string, value: unknown): void {
  const approval = mistakes.object(path, value, { needed: [], optional: ['notify', 'timeoutMinutes'] });
  if (!approval) return;
  if (approval.notify !== undefined) checkMails(mistakes, `${path}.notify`, approval.notify);
  if (approval.timeoutMinutes !== undefined) {
    // A57: CodePipeline takes nothing else.
    mistakes.number(`${path}.timeoutMinutes`, approval.timeoutMinutes, { from: 5, to: 86_400 });
  }
}
