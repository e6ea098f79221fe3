import { type Finding, ok, problem, warning } from '../finding';
import type { Check, Subject } from '../subject';

export const instanceTypes: Check = {
  name: 'instance types',
  otherwise: 'aws ec2 describe-instance-type-offerings',
  async run(subject) {
    const { look, settings, place } = subject;
    const names = typesOf(subject);
    if (names.length === 0) return [];
    const offered = new Map((await look.instanceTypes(names)).map((type) => [type.name, type]));
    const findings = names.flatMap((name): Finding[] => {
      const type = offered.get(name);
      const other = 'choose another one in the settings, or another region';
      if (!type) return [problem(`${name} is not offered in ${place.region}`, other)];
      if (!type.architectures.includes(settings.image.architecture)) {
        return [
          problem(`${name} is ${type.architectures.join(', ')}, and the image ${settings.image.architecture}`, other),
        ];
      }
      if (type.zones.length < 2) {
        return [
          warning(`${name} is offered in ${type.zones.join() || 'no zone'} alone, and networks have two zones`, other),
        ];
      }
      return [];
    });
    return findings.length > 0 ? findings : [ok(names.join(', '))];
  },
};

/** Those that the settings name for this place. */
export function typesOf({ environments, isHome, settings }: Subject): string[] {
  const named = environments.map(({ fleet }) => fleet.instanceType);
  return [...new Set([...(isHome ? [settings.image.instanceType] : []), ...named])];
}
