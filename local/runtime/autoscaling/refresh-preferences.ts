import { AwsError } from '../../kernel/failure';

/** Preferences of an instance refresh, with all defaults filled in (F22, F28). */
export interface RefreshPreferences {
  /** Percent of the desired capacity, 0 to 100. */
  readonly minHealthyPercentage: number;
  /** Percent of the desired capacity, 100 to 200. */
  readonly maxHealthyPercentage: number;
  /** Seconds from InService until an instance counts. Absent: the group's. */
  readonly instanceWarmup?: number;
  /** Ascending; percent of the group that is new. */
  readonly checkpointPercentages: readonly number[];
  /** Seconds. */
  readonly checkpointDelay: number;
  /** Seconds. */
  readonly bakeTime: number;
  /** Names of CloudWatch alarms. */
  readonly alarms: readonly string[];
  readonly skipMatching: boolean;
  readonly autoRollback: boolean;
  /* No instance here is protected or in standby: these two are kept and shown. */
  readonly scaleInProtectedInstances: string;
  readonly standbyInstances: string;
}

/** As callers give them: the API's member names, numbers perhaps as text (a template's). */
export interface GivenPreferences {
  readonly MinHealthyPercentage?: number | string;
  readonly MaxHealthyPercentage?: number | string;
  readonly InstanceWarmup?: number | string;
  readonly CheckpointPercentages?: readonly (number | string)[];
  readonly CheckpointDelay?: number | string;
  readonly BakeTime?: number | string;
  readonly AlarmSpecification?: { readonly Alarms?: readonly string[] };
  readonly SkipMatching?: boolean | string;
  readonly AutoRollback?: boolean | string;
  readonly ScaleInProtectedInstances?: string;
  readonly StandbyInstances?: string;
}

/** F22: the defaults of StartInstanceRefresh and CloudFormation differ. */
const DEFAULTS = {
  api: { min: 90, max: 100, skipMatching: false },
  cloudformation: { min: 100, max: 110, skipMatching: true },
} as const;

const LONGEST_PAUSE_SECONDS = 172_800;
const MOST_ALARMS = 10;

/** Adds the defaults, and refuses values out of range with AWS's `ValidationError`. */
export function refreshPreferences(given: GivenPreferences = {}, by: keyof typeof DEFAULTS): RefreshPreferences {
  const { min, max, skipMatching } = DEFAULTS[by];
  const minimum = within('MinHealthyPercentage', given.MinHealthyPercentage ?? min, [0, 100]);
  if (by === 'api' && given.MaxHealthyPercentage !== undefined && given.MinHealthyPercentage === undefined) {
    throw invalid('MaxHealthyPercentage needs MinHealthyPercentage beside it.');
  }
  const widest = Math.min(max, minimum + 100);
  const maximum = within('MaxHealthyPercentage', given.MaxHealthyPercentage ?? Math.max(100, widest), [100, 200]);
  if (maximum - minimum > 100) {
    throw invalid('The difference between MinHealthyPercentage and MaxHealthyPercentage must not exceed 100.');
  }
  const alarms = given.AlarmSpecification?.Alarms ?? [];
  if (alarms.length > MOST_ALARMS) throw invalid(`AlarmSpecification must not have more than ${MOST_ALARMS} alarms.`);
  return {
    minHealthyPercentage: minimum,
    maxHealthyPercentage: maximum,
    instanceWarmup:
      given.InstanceWarmup === undefined ? undefined : within('InstanceWarmup', given.InstanceWarmup, [0, 1_000_000]),
    checkpointPercentages: checkpoints(given.CheckpointPercentages ?? []),
    checkpointDelay: within('CheckpointDelay', given.CheckpointDelay ?? 3600, [0, LONGEST_PAUSE_SECONDS]),
    bakeTime: within('BakeTime', given.BakeTime ?? 0, [0, LONGEST_PAUSE_SECONDS]),
    alarms,
    skipMatching: String(given.SkipMatching ?? skipMatching) === 'true',
    autoRollback: String(given.AutoRollback ?? false) === 'true',
    scaleInProtectedInstances: oneOf('ScaleInProtectedInstances', given.ScaleInProtectedInstances ?? 'Wait', [
      'Wait',
      'Refresh',
      'Ignore',
    ]),
    standbyInstances: oneOf('StandbyInstances', given.StandbyInstances ?? 'Wait', ['Wait', 'Terminate', 'Ignore']),
  };
}

function checkpoints(given: readonly (number | string)[]): number[] {
  const percentages = given.map((value) => within('CheckpointPercentages', value, [1, 100]));
  const ascends = percentages.every((value, index) => index === 0 || value > percentages[index - 1]!);
  if (!ascends) throw invalid('CheckpointPercentages must be unique and in ascending order.');
  return percentages;
}

function within(name: string, value: number | string, [low, high]: readonly [number, number]): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= low && number <= high) return number;
  throw invalid(`${name} must be a whole number from ${low} to ${high}, not ${value}.`);
}

function oneOf(name: string, value: string, values: readonly string[]): string {
  if (values.includes(value)) return value;
  throw invalid(`${name} must be one of ${values.join(', ')}, not ${value}.`);
}

// [I] AWS's message is not recorded.
function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
