import { type Mistakes, show } from './mistakes';

/** Checks the strategy. Returns true for an instance refresh. */
export function checkStrategy(mistakes: Mistakes, path: string, value: unknown): boolean {
  if (value === undefined || value === 'rolling') return false;
  if (value === 'instance-refresh') return true;
  const right = 'use "rolling", "instance-refresh", or { type: "instance-refresh", … } for its options';
  if (typeof value !== 'object' || value === null || (value as { type?: unknown }).type !== 'instance-refresh') {
    mistakes.add(path, `${show(value)} is no strategy`, right);
    return false;
  }
  const strategy = mistakes.object(path, value, {
    needed: ['type'],
    optional: ['checkpoints', 'checkpointDelayMinutes', 'bakeMinutes'],
  });
  const { checkpoints, checkpointDelayMinutes: delay, bakeMinutes: bake } = strategy ?? {};
  if (checkpoints !== undefined) checkCheckpoints(mistakes, `${path}.checkpoints`, checkpoints);
  // Two days (F22).
  const days = { from: 0, to: 2880 };
  const right1 = delay === undefined || mistakes.number(`${path}.checkpointDelayMinutes`, delay, days);
  const right2 = bake === undefined || mistakes.number(`${path}.bakeMinutes`, bake, days);
  if (delay !== undefined && checkpoints === undefined) {
    mistakes.add(
      `${path}.checkpointDelayMinutes`,
      'there is no checkpoint, so there is no wait',
      'name checkpoints too',
    );
  }
  if (right1 && right2) checkWaits(mistakes, path, { checkpoints, delay: delay ?? 60, bake: bake ?? 0 });
  return true;
}

function checkCheckpoints(mistakes: Mistakes, path: string, value: unknown): void {
  if (!Array.isArray(value) || value.length === 0) {
    mistakes.add(path, `${show(value)} names no checkpoint`, 'list percentages, as [25, 100]');
    return;
  }
  for (const [index, percent] of value.entries()) {
    if (!mistakes.number(`${path}[${index}]`, percent, { from: 1, to: 100 })) return;
    if (index > 0 && percent <= value[index - 1]) {
      mistakes.add(`${path}[${index}]`, `${percent} is not above ${value[index - 1]} before it`, 'list them ascending');
    }
  }
  if (value.at(-1) !== 100) {
    // Auto Scaling ends a refresh at its last checkpoint.
    mistakes.add(
      path,
      `the servers after ${value.at(-1)} percent would keep the image before`,
      'make 100 the last one',
    );
  }
}

/** CloudFormation gives an instance refresh 36 hours each way (F23). */
function checkWaits(
  mistakes: Mistakes,
  path: string,
  { checkpoints, delay, bake }: { checkpoints: unknown; delay: unknown; bake: unknown },
): void {
  const waits = Array.isArray(checkpoints) ? checkpoints.length : 0;
  const minutes = waits * Number(delay) + Number(bake);
  if (minutes >= 36 * 60) {
    mistakes.add(path, `its waits take ${minutes} minutes, but CloudFormation ends it after 2160`, 'make them shorter');
  }
}
