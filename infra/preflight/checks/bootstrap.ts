import { ok, problem } from '../finding';
import type { Check } from '../subject';

export const bootstrap: Check = {
  name: 'CDK bootstrap',
  otherwise: 'aws ssm get-parameter --name /cdk-bootstrap/hnb659fds/version',
  async run({ stacks, place, look }) {
    const needs = stacks.flatMap((stack) => stack.bootstrap ?? []);
    const [first] = needs;
    if (!first) return [];
    const needed = Math.max(...needs.map(({ version }) => version));
    const found = await look.bootstrapVersion(first.parameter);
    const remedy = `npx cdk bootstrap aws://${place.account}/${place.region}`;
    if (found === undefined) return [problem('the CDK has not been bootstrapped here', remedy)];
    if (found < needed) return [problem(`version ${found}, and ${needed} is needed`, remedy)];
    return [ok(`version ${found}`)];
  },
};
