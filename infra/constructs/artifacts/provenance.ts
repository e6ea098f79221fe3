import { CfnParameter } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Tags with the origin of an image. Each name is a tag's key, a template's parameter and an output variable of the
 * version function. As keys they are valid in instance metadata (G2).
 */
export const PROVENANCE = [
  'ImageVersion',
  'CommitId',
  'CommitSubject',
  'Branch',
  'Repository',
  'AuthorDate',
  'ExecutionId',
] as const;

export type Provenance = (typeof PROVENANCE)[number];

/** The template parameters that bring the provenance of an execution, and the tags made of them. */
export class ProvenanceParameters {
  readonly tags: Readonly<Record<Provenance, string>>;

  constructor(scope: Construct) {
    const parameter = (name: Provenance) =>
      new CfnParameter(
        scope,
        name,
        name === 'ImageVersion' ? IMAGE_VERSION : { type: 'String', minLength: 1, maxLength: 256 },
      );
    this.tags = Object.fromEntries(PROVENANCE.map((name) => [name, parameter(name).valueAsString])) as Record<
      Provenance,
      string
    >;
  }
}

const IMAGE_VERSION = {
  type: 'String',
  allowedPattern: '^[0-9]+\\.[0-9]+\\.[0-9]+$',
  constraintDescription: 'An image version is major.minor.patch, as 1.0.7.',
};
