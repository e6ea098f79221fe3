import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awsServices } from '../endpoint/services';
import type { Provider } from '../engine/provider';
import { SystemClock } from '../kernel/clock';
import { EventBus } from '../kernel/events';
import { openStore } from '../kernel/store';
import { providerRegistry } from '../providers';
import { ACTION_TYPES } from '../runtime/codepipeline/action-types';
import { ACTIONS } from '../runtime/imagebuilder/document/actions';
import { Scopes } from './scopes';

export interface Coverage {
  readonly providers: readonly Pick<
    Provider,
    'type' | 'fidelity' | 'properties' | 'createOnly' | 'attributes' | 'note'
  >[];
  /** Names of operations, by the service's signing name. */
  readonly operations: Readonly<Record<string, readonly string[]>>;
}

const HEAD = `# Coverage

The parts of AWS that a local run supports. \`npm run coverage\` writes this file from the code; do not edit it.

- **real**: works on this machine, with its effect.
- **record**: is stored and shown, without an effect here.

Everything else is refused by name before anything is changed.`;

/** COVERAGE.md: resource types with their properties, operations, actions of pipelines and of component documents. */
export function renderCoverage({ providers, operations }: Coverage): string {
  const types = [...providers].sort((a, b) => (a.type < b.type ? -1 : 1));
  const services = Object.keys(operations).sort();
  return `${[
    HEAD,
    '## Resource types',
    ...types.map(resourceType),
    '## Operations of the endpoint',
    ...services.map((service) => `### ${service}\n\n${codes([...(operations[service] ?? [])].sort())}`),
    '## Actions of a pipeline',
    ...Object.entries(ACTION_TYPES).map(([type, action]) => `### ${type}\n\n${pipelineSettings(action)}`),
    '## Actions of a component document',
    ...Object.entries(ACTIONS).map(([name, action]) => `### ${name}\n\n${componentInputs(action)}`),
  ].join('\n\n')}\n`;
}

function resourceType({ type, fidelity, properties, createOnly, attributes, note }: Coverage['providers'][number]) {
  const supported = (support: string) => Object.keys(properties).filter((name) => properties[name] === support);
  const lines = facts({
    real: supported('real'),
    record: supported('record'),
    'a change replaces it': createOnly,
    'Fn::GetAtt': attributes,
  });
  return [`### ${type}: ${fidelity}`, note, lines].filter(Boolean).join('\n\n');
}

function pipelineSettings({ configuration, inputs, outputs }: (typeof ACTION_TYPES)[string]): string {
  const settings = Object.entries(configuration).map(
    ([name, { only }]) => `\`${name}\`${only ? ` (${only.join(', ')} only)` : ''}`,
  );
  return `- configuration: ${settings.join(', ')}\n- artifacts: ${inputs.join(' to ')} in, ${outputs.join(' to ')} out`;
}

function componentInputs({ fields, outputs }: (typeof ACTIONS)[keyof typeof ACTIONS]): string {
  return facts({ inputs: Object.keys(fields), outputs }) || 'A comparison.';
}

/** Returns one line for each list that is not empty. */
function facts(lists: Readonly<Record<string, readonly string[]>>): string {
  const filled = Object.entries(lists).filter(([, names]) => names.length > 0);
  return filled.map(([what, names]) => `- ${what}: ${codes(names)}`).join('\n');
}

function codes(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

/** Returns the coverage that the rooms declare, from rooms in an otherwise unused directory. */
export function currentCoverage(): string {
  const directory = mkdtempSync(join(tmpdir(), 'coverage-'));
  const clock = new SystemClock();
  const store = openStore(':memory:');
  const rooms = new Scopes({ store, clock, bus: new EventBus(clock), directory }).home;
  const served = Object.entries(awsServices(rooms));
  const operations = Object.fromEntries(served.map(([name, { handlers }]) => [name, Object.keys(handlers)]));
  const providers = [...providerRegistry(rooms).values()];
  store.close();
  rmSync(directory, { recursive: true });
  return renderCoverage({ providers, operations });
}

if (require.main === module) writeFileSync(join(__dirname, '../COVERAGE.md'), currentCoverage());
