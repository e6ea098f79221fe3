import { ok, problem } from '../finding';
import type { Check } from '../subject';

/** CloudFormation takes templates of 1 MB from S3, with at most 500 resources. */
export const sizes: Check = {
  name: 'templates',
  otherwise: 'npm run synth',
  async run({ stacks, ofCommit }) {
    const all = [...stacks, ...ofCommit];
    const large = all.filter(({ size, resources }) => size > 1_048_576 || Object.keys(resources).length > 500);
    if (large.length > 0) {
      return large.map(({ name, size, resources }) =>
        problem(
          `${name} has ${size} bytes and ${Object.keys(resources).length} resources; 1,048,576 and 500 are allowed`,
          'divide the environments among two pipelines',
        ),
      );
    }
    return [ok(`the largest of ${all.length} has ${Math.max(...all.map(({ size }) => size))} of 1,048,576 bytes`)];
  },
};
