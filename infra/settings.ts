import type { Node } from 'constructs';
import { checkSettings } from './settings/check';
import type { Settings } from './settings/types';

/**
 * Settings, for you to edit. `infra/settings/types.ts` documents each entry. Synthesis refuses a wrong entry by name.
 * To add an environment, add an entry: its stage and its stacks follow.
 */
export const settings: Settings = {
  name: 'greeter',
  source: { repository: 'greeter', branch: 'main' },
  image: { architecture: 'arm64', version: '1.0', instanceType: 't4g.small' },
  environments: [
    {
      name: 'dev',
      network: { cidr: '10.0.0.0/16' },
      fleet: { instanceType: 't4g.micro', min: 2, max: 4, batch: 1 },
    },
  ],
};

/**
 * The settings in force: those above, with the fields of the CDK context `settings` (an object, or its JSON text) in
 * place of the fields of the same name. Nothing else reads context.
 */
export function readSettings(node: Node): Settings {
  const given: unknown = node.tryGetContext('settings');
  const overrides: unknown = typeof given === 'string' ? JSON.parse(given) : given;
  return checkSettings({ ...settings, ...(overrides as Partial<Settings> | undefined) });
}
