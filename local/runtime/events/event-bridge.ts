import { arn, parseArn, type Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import type { EventBus } from '../../kernel/events';
import { AwsError, messageOf, NotSupportedLocally } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import type { EventPublisher, Roles } from '../../kernel/ports';
import type { Store } from '../../kernel/store';
import { type Json, matches, validatePattern } from './pattern';

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly pattern: Parameters<typeof matches>[0];
  readonly state: 'ENABLED' | 'DISABLED';
  readonly targets: readonly RuleTarget[];
}

export interface RuleTarget {
  readonly id: string;
  readonly arn: string;
  /** The role EventBridge assumes to reach the target. */
  readonly roleArn?: string;
  /** JSON that the target gets in the event's place. */
  readonly input?: string;
}

/** An event as it travels over the bus, in EventBridge's own field names. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

/** Delivers an event to a target: the service in its ARN decides how. */
export type Deliver = (target: RuleTarget, event: BusEvent, rule: Rule) => void | Promise<void>;

/** Targets that EventBridge reaches only as a role that the rule names. Others have policies of their own. */
const REACHED_BY_ROLE = new Set(['codepipeline']);

/** Returns the payload of an event for a target, as JSON. */
export function payloadOf(target: RuleTarget, event: BusEvent): string {
  return target.input ?? JSON.stringify(event);
}

export interface EventBridgeOptions {
  readonly scope: Scope;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bus: EventBus;
  readonly roles: Pick<Roles, 'assume'>;
  /** By service, as in the target's ARN: `codepipeline`, `lambda`. */
  readonly targets: Readonly<Record<string, Deliver>>;
}

/** The default event bus: rules match events of services, and deliver them to their targets. */
export class EventBridge implements EventPublisher {
  constructor(private readonly options: EventBridgeOptions) {}

  private get rules() {
    return this.options.store.collection<Rule>('events.rules');
  }

  /** Makes or replaces a rule. A target of a service without a `Deliver` is refused by name. */
  putRule(rule: Omit<Rule, 'arn'>): Rule {
    validatePattern(rule.pattern);
    for (const target of rule.targets) this.validateTarget(target);
    const made = { ...rule, arn: arn(this.options.scope, 'events', `rule/${rule.name}`) };
    this.rules.put(rule.name, made);
    return made;
  }

  deleteRule(name: string): void {
    this.rules.delete(name);
  }

  rule(name: string): Rule {
    const rule = this.rules.get(name);
    if (!rule) throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
    return rule;
  }

  listRules(prefix = ''): Rule[] {
    return this.rules.values(prefix);
  }

  /** Returns the event's id. Rules and targets hear of it later, in the order of the events. */
  publish(event: Parameters<EventPublisher['publish']>[0] & { time?: Date }): string {
    const { scope, clock, ids } = this.options;
    const id = ids.uuid();
    const time = (event.time ?? clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const { source, resources, detail, detailType } = event;
    // As it is after its way over the wire: a member without a value is not there.
    const travelling: BusEvent = JSON.parse(
      JSON.stringify({
        version: '0',
        id,
        'detail-type': detailType,
        source,
        account: scope.account,
        time,
        region: scope.region,
        resources,
        detail,
      }),
    );
    for (const rule of this.listRules()) {
      if (rule.state === 'ENABLED' && matches(rule.pattern, travelling as unknown as Json))
        this.deliver(rule, travelling);
    }
    return id;
  }

  private deliver(rule: Rule, event: BusEvent): void {
    for (const target of rule.targets) {
      // A target that refuses does not keep the event from the others; EventBridge would retry, then drop it.
      const failed = (error: unknown) =>
        this.options.bus.emit({
          type: 'notice',
          level: 'error',
          message: `rule ${rule.name} could not deliver to ${target.arn}: ${messageOf(error)}`,
        });
      Promise.resolve()
        .then(() => {
          if (target.roleArn) this.options.roles.assume(target.roleArn, 'EventBridge', 'events.amazonaws.com');
          return this.delivery(target)(target, event, rule);
        })
        .catch(failed);
    }
  }

  private validateTarget(target: RuleTarget): void {
    this.delivery(target);
    const byRole = REACHED_BY_ROLE.has(serviceOf(target));
    if (byRole && !target.roleArn)
      throw new AwsError('ValidationException', `RoleArn is required for target ${target.arn}.`);
    if (!byRole && target.roleArn)
      throw new AwsError('ValidationException', `RoleArn is not supported for target ${target.arn}.`);
    if (target.input === undefined) return;
    if (byRole) throw new NotSupportedLocally(`Input for the EventBridge target ${target.arn}`);
    validateInput(target.id, target.input);
  }

  private delivery(target: RuleTarget): Deliver {
    const deliver = this.options.targets[serviceOf(target)];
    if (!deliver) throw new NotSupportedLocally(`the EventBridge target ${target.arn}`);
    return deliver;
  }
}

function validateInput(targetId: string, input: string): void {
  try {
    JSON.parse(input);
  } catch {
    throw new AwsError('ValidationException', `JSON syntax error in input for target ${targetId}`);
  }
}

function serviceOf({ arn }: RuleTarget): string {
  return parseArn(arn)?.service ?? '';
}
