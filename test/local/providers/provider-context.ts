import type { ProviderContext } from '../../../local/engine/provider';
import { testScope } from '../../rig/room';

/** Returns the context of a provider that is tested alone. `made` collects the ids it reports. */
export function providerContext(overrides: Partial<ProviderContext> = {}): ProviderContext & { made: string[] } {
  const made: string[] = [];
  return {
    scope: testScope,
    stackId: 'arn:aws:cloudformation:eu-west-1:000000000000:stack/demo/1',
    stackName: 'demo',
    stackTags: { team: 'web' },
    logicalId: 'Thing',
    principal: { kind: 'user', account: testScope.account, arn: 'arn:aws:iam::000000000000:user/local-administrator' },
    physicalName: ({ lowerCase } = {}) => (lowerCase ? 'demo-thing-1a2b3c' : 'demo-Thing-1A2B3C'),
    created: (physicalId) => void made.push(physicalId),
    progress: () => {},
    signals: { subscribe: () => () => {} },
    cancelled: new AbortController().signal,
    made,
    ...overrides,
  };
}

/** The tags that every resource gets without asking. */
export const givenTags = {
  team: 'web',
  'aws:cloudformation:stack-id': 'arn:aws:cloudformation:eu-west-1:000000000000:stack/demo/1',
  'aws:cloudformation:stack-name': 'demo',
  'aws:cloudformation:logical-id': 'Thing',
};
