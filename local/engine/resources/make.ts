import { resolveValue } from '../../template/resolve';
import { providerContext, providerOf } from '../context';
import { unlessAborted, unlessHalted, type Work } from '../phases/operation';
import type { Provided } from '../provider';
import { checkRequired } from '../requests/required';
import type { PendingDeletion, Physical, ResourceRecord, Undo } from '../state/records';
import { creationGate, creationPolicy, type SignalGate } from './creation-policy';
import type { Channel } from './signals';
import { newRecord, physical, type ResourceTarget } from './target';

/** E9. */
const REPLACING = 'Requested update requires the creation of a new physical resource; hence creating one.';
/** E8. */
const INITIATED = 'Resource creation Initiated';

export interface Making {
  readonly target: ResourceTarget;
  /** Absent for a new resource. */
  readonly record?: ResourceRecord;
  /** UPDATE if it replaces another one. */
  readonly verb: 'CREATE' | 'UPDATE';
}

/**
 * Creates a new physical resource and waits until it is stable and its CreationPolicy is satisfied. The one that it
 * replaces stays until the clean-up. The new id is stored as soon as the provider reports it.
 */
export async function make(work: Work, making: Making): Promise<void> {
  const { engine, stack } = work;
  const { logicalId } = making.target.definition;
  const channel = engine.signals.channel(stack.stackId, logicalId);
  const maker = new Maker(work, making);
  const gate = gateOf(work, { maker, channel });
  try {
    maker.begin();
    const provided = await create(work, { maker, gate, channel });
    // Records that are known together are written together: a stack of hundreds of small resources is mostly these
    // writes.
    if (!gate) return engine.journal.together(() => maker.provided(provided).complete());
    maker.provided(provided);
    await unlessHalted(engine, unlessAborted(work.cancel.signal, gate.pass()));
    maker.complete();
  } finally {
    gate?.close();
    channel.close();
  }
}

function gateOf(
  { engine, blueprint }: Work,
  { maker, channel }: { maker: Maker; channel: Channel },
): SignalGate | undefined {
  const { creationPolicy: declared, type } = maker.making.target.definition;
  if (declared === undefined) return undefined;
  const policy = creationPolicy(resolveValue(declared, blueprint.environment));
  const isGroup = type === 'AWS::AutoScaling::AutoScalingGroup';
  const tell = (reason: string) => maker.progress(reason);
  return policy && creationGate(policy, { channel, clock: engine.clock, isGroup, tell });
}

/** A gate that breaks while the provider is still at work ends that work (F18). */
async function create(
  work: Work,
  { maker, gate, channel }: { maker: Maker; gate: SignalGate | undefined; channel: Channel },
): Promise<Provided> {
  const { definition, properties } = maker.making.target;
  const broken = new AbortController();
  const context = providerContext(work, {
    logicalId: definition.logicalId,
    definition,
    signals: channel,
    cancelled: AbortSignal.any([work.cancel.signal, work.engine.halted, broken.signal]),
    created: (physicalId) => maker.created(physicalId),
    progress: (reason) => maker.progress(reason),
  });
  const provider = providerOf(work, definition.type);
  checkRequired(provider, properties);
  const providing = unlessHalted(work.engine, provider.create(context, structuredClone(properties)));
  try {
    return await (gate ? Promise.race([providing, gate.broken]) : providing);
  } catch (error) {
    broken.abort(error);
    await providing.then(({ physicalId }) => maker.created(physicalId)).catch(() => {});
    throw error;
  }
}

/** The record of one making, kept up to date step by step. */
class Maker {
  private record: ResourceRecord;
  private isNew = false;

  constructor(
    private readonly work: Work,
    readonly making: Making,
  ) {
    this.record = making.record ?? newRecord(work, making.target.definition.logicalId);
  }

  begin(): void {
    const { target, verb } = this.making;
    const { live } = this.record;
    const spent = isSpent(this.record);
    this.record = {
      ...this.record,
      undo: undoOf(this.record),
      live: spent ? undefined : live,
      doomed: spent && live ? [...this.record.doomed, pendingDeletion(live)] : this.record.doomed,
      dependsOn: target.dependsOn,
    };
    this.tell('IN_PROGRESS', verb === 'UPDATE' ? REPLACING : undefined);
  }

  created(physicalId: string): void {
    if (this.isNew && this.record.live?.physicalId === physicalId) return;
    this.isNew = true;
    const made = physical(this.work, { target: this.making.target, physicalId });
    this.record = { ...this.record, live: { ...made, attributes: {}, complete: false } };
    this.tell('IN_PROGRESS', INITIATED);
  }

  progress(reason: string): void {
    this.tell('IN_PROGRESS', reason);
  }

  provided({ physicalId, attributes = {} }: Provided): this {
    this.created(physicalId);
    this.record = { ...this.record, live: { ...this.record.live!, attributes } };
    this.work.engine.stackStore.resources.put(this.work.stack.stackId, this.record.logicalId, this.record);
    return this;
  }

  complete(): void {
    this.record = { ...this.record, live: { ...this.record.live!, complete: true } };
    this.tell('COMPLETE');
  }

  private tell(step: 'IN_PROGRESS' | 'COMPLETE', reason?: string): void {
    const { engine, stack } = this.work;
    const { verb, target } = this.making;
    this.record = engine.journal.resource(stack, this.record, {
      status: `${verb}_${step}`,
      reason,
      shown: target.shown,
    });
  }
}

/** True if a rollback would not return to the live resource: it never became complete, or this update created it. */
function isSpent({ live, undo }: ResourceRecord): boolean {
  if (!live) return false;
  if (undo?.kind === 'replaced') return live.physicalId !== undo.before.physicalId;
  return undo?.kind === 'created' || !live.complete;
}

function undoOf({ live, undo }: ResourceRecord): Undo {
  if (undo?.kind === 'updated') return { kind: 'replaced', before: undo.before, altered: live };
  if (undo) return undo;
  return live ? { kind: 'replaced', before: live } : { kind: 'created' };
}

function pendingDeletion(live: Physical): PendingDeletion {
  return { ...live, retain: false };
}
