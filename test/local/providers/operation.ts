import type { ProviderContext, Signal } from '../../../local/engine/provider';
import { providerContext } from './provider-context';

/** One operation on a resource, as the engine runs it: its messages are recorded, and the test sends the signals. */
export interface Operation {
  readonly ctx: ProviderContext;
  /** Every `progress`, in order. */
  readonly said: string[];
  /** The physical ids told by `created`. */
  readonly created: string[];
  signal(uniqueId: string, status?: Signal['status']): void;
  cancel(): void;
}

export function operation(change: Partial<ProviderContext> = {}): Operation {
  const said: string[] = [];
  const listeners = new Set<(signal: Signal) => void>();
  const abort = new AbortController();
  const ctx = providerContext({
    progress: (reason) => void said.push(reason),
    signals: {
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    cancelled: abort.signal,
    ...change,
  });
  return {
    ctx,
    said,
    created: ctx.made,
    signal(uniqueId, status = 'SUCCESS') {
      for (const listener of [...listeners]) listener({ uniqueId, status });
    },
    cancel: () => abort.abort(new Error('cancelled')),
  };
}
