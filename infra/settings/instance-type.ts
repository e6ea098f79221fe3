import { type Mistakes, show } from './mistakes';
import type { Architecture } from './types';

/** True if an instance type is one, and of the image's architecture. */
export function checkInstanceType(
  mistakes: Mistakes,
  path: string,
  { value, architecture }: { value: unknown; architecture: unknown },
): void {
  const own = typeof value === 'string' ? architectureOf(value) : undefined;
  if (!own) {
    mistakes.add(path, `${show(value)} is no instance type`, 'use a family, a generation and a size, as "t4g.micro"');
  } else if ((architecture === 'arm64' || architecture === 'x86_64') && own !== architecture) {
    const right = architecture === 'arm64' ? 'a Graviton type, as "t4g.micro"' : 'an x86 type, as "t3.micro"';
    mistakes.add(path, `${show(value)} is ${own}, and image.architecture is ${architecture}`, `use ${right}`);
  }
}

/**
 * Returns the architecture of an instance type by its name: family, generation, attributes, `.`, size. The attribute
 * `g` means Graviton (`t4g.micro`, `c7gn.large`), and so does the family `a`. Undefined for text of another form. (EC2
 * User Guide, "Amazon EC2 instance type naming conventions")
 */
export function architectureOf(instanceType: string): Architecture | undefined {
  const form = /^([a-z]+)\d+([a-z]*)(-[a-z0-9]+)*\.(nano|micro|small|medium|large|\d*xlarge|metal(-\d+xl)?)$/;
  const match = form.exec(instanceType);
  if (!match) return undefined;
  const [, family, attributes = ''] = match;
  return attributes.includes('g') || family === 'a' ? 'arm64' : 'x86_64';
}
