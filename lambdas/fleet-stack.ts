import type { Stack } from '@aws-sdk/client-cloudformation';

/** Returns the image version among the parameters of a stack; undefined for a stack without a fleet. */
export function imageVersionOf(stack: Stack | undefined): string | undefined {
  return stack?.Parameters?.find(({ ParameterKey }) => ParameterKey === 'ImageVersion')?.ParameterValue;
}

/** The beginning of the last update of a stack; without one, its creation. */
export function changedAt({ LastUpdatedTime, CreationTime }: Stack): Date {
  return LastUpdatedTime ?? CreationTime ?? new Date(0);
}
