import type { Provenance } from '../artifacts/provenance';

/** CodePipeline takes no longer value, measured before its variables are resolved (A7) and, for overrides, after (A48). */
const LONGEST = 1000;

/** Addresses and names that AWS chooses during the deployment are shorter than this. */
const LONGEST_TOKEN = 128;

/**
 * Maximum lengths of variables, by key. Only ids, and text that our functions have cleaned, may be in a configuration:
 * CodePipeline inserts a variable's text into JSON unescaped, so that a quote in it breaks the action (A27).
 */
const LONGEST_VARIABLE: Readonly<
  Record<
    | Provenance
    | (typeof CAPACITY)[number]
    | (typeof PINNED_VERSIONS)[number]
    | ('ImageId' | 'NewImageId' | 'ImageArn' | 'PipelineExecutionId' | 'Serving'),
    number
  >
> = {
  ImageVersion: 31,
  CommitId: 40,
  CommitSubject: 256,
  Branch: 100,
  Repository: 100,
  AuthorDate: 20,
  ExecutionId: 36,
  ImageId: 21,
  NewImageId: 21,
  ImageArn: 160,
  PipelineExecutionId: 36,
  Serving: 200,
  MinSize: 4,
  MaxSize: 4,
  MinInstancesInService: 4,
  MaxBatchSize: 4,
  // S3 uses 32 characters, and guarantees at most 1,024.
  AppVersionId: 64,
  TemplatesVersionId: 64,
};

/** Variables in which `increment-image-version` returns the version of each artifact. */
export const PINNED_VERSIONS = ['AppVersionId', 'TemplatesVersionId'] as const;

/** Output variables of `prepare-deployment` about a fleet: variables, and parameters of the fleet's template. */
export const CAPACITY = ['MinSize', 'MaxSize', 'MinInstancesInService', 'MaxBatchSize'] as const;

/** Throws if AWS would refuse a configuration, now or with the longest values, or if it contains free text (H1, H2). */
export function checkConfiguration(action: string, configuration: Readonly<Record<string, string>>): void {
  for (const [key, text] of Object.entries(configuration)) {
    const place = `${action}, ${key}`;
    const value = text.replace(/\$\{Token\[[^\]]*\]\}/g, 'x'.repeat(LONGEST_TOKEN));
    if (value.length > LONGEST)
      throw new Error(`${place}: ${value.length} characters, and CodePipeline takes ${LONGEST}`);
    const resolved = longestResolved(place, value).length;
    if (resolved > LONGEST) {
      throw new Error(
        `${place}: ${resolved} characters once its variables are resolved, and CodePipeline takes ${LONGEST}`,
      );
    }
  }
}

function longestResolved(place: string, value: string): string {
  return value.replace(/#\{([^}.]*)\.([^}]*)\}/g, (_reference, namespace: string, key: string) => {
    const length = (LONGEST_VARIABLE as Readonly<Record<string, number>>)[key];
    if (length === undefined) {
      throw new Error(`${place}: #{${namespace}.${key}} is not among the variables that are safe in a configuration`);
    }
    return 'x'.repeat(length);
  });
}
