/** Properties of an instance type, from its name. */
export interface InstanceType {
  readonly name: string;
  readonly vcpus: number;
  /** In MiB. */
  readonly memory: number;
  readonly architecture: 'arm64' | 'x86_64';
}

/**
 * An instance type by the form of its name: family, generation, attributes, `.`, size. The attribute `g` and the family `a`
 * are Graviton. A size up to `large` has two vCPUs (a `medium` of others than the burstable types one), and an `xlarge` four
 * for each that its number counts. Memory is what most families of the letter have for each vCPU. Undefined for other names, and for bare metal. (EC2 User Guide, "Amazon EC2 instance
 * type naming conventions")
 */
export function instanceType(name: string): InstanceType | undefined {
  const [, family, attributes = '', size = ''] =
    /^([a-z]+)\d+([a-z]*)(?:-[a-z0-9]+)*\.(nano|micro|small|medium|large|\d*xlarge)$/.exec(name) ?? [];
  if (family === undefined) return undefined;
  const architecture = attributes.includes('g') || family === 'a' ? 'arm64' : 'x86_64';
  const vcpus = vcpusOf(family, size);
  return { name, vcpus, memory: 1024 * gibibytesOf(family, size, vcpus), architecture };
}

function vcpusOf(family: string, size: string): number {
  if (size.endsWith('xlarge')) return 4 * Number(size.replace('xlarge', '') || 1);
  return size === 'medium' && family !== 't' ? 1 : 2;
}

const BURSTABLE: Readonly<Record<string, number>> = { nano: 0.5, micro: 1, small: 2, medium: 4, large: 8 };
const FOR_EACH_VCPU: Readonly<Record<string, number>> = { c: 2, r: 8, x: 16, z: 8 };

function gibibytesOf(family: string, size: string, vcpus: number): number {
  return (family === 't' ? BURSTABLE[size] : undefined) ?? vcpus * (FOR_EACH_VCPU[family] ?? 4);
}
