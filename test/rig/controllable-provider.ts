import type { Current, Provided, Provider, ProviderContext } from '../../local/engine/provider';

/** Open to any property a test's template uses: `Fixed` and `Name` replace, all others are changed in place. */
interface Properties {
  [name: string]: unknown;
}

/** One request of the engine to a provider, waiting for the test to say how it ends. */
export interface ProviderCall {
  readonly verb: 'create' | 'update' | 'delete';
  readonly logicalId: string;
  readonly ctx: ProviderContext;
  /** Properties after a create or update. */
  readonly properties: Properties;
  /** State before an update or delete. */
  readonly current?: Current<Properties>;
  /** Ends well. Without a physical id a create gets the next of `Logical-1`, `Logical-2` …; an update keeps its own. */
  succeed(provided?: Partial<Provided>): void;
  fail(reason: string): void;
}

/** Result of a call: `undefined` waits for the test. */
export type Answer = 'succeeds' | { fails: string } | undefined;

/**
 * Providers that the test controls: it decides when, and with which result, a create, update or delete ends. `answer`
 * decides for those that end automatically.
 */
export class ControllableProviders {
  /** Every call so far, in order. */
  readonly calls: ProviderCall[] = [];
  readonly providers: ReadonlyMap<string, Provider>;
  /** Existing resources by physical id, with their latest properties. */
  readonly standing = new Map<string, Properties>();
  /** Number of physical ids of each logical id: what a real service remembers, so a restarted engine must too. */
  private readonly made = new Map<string, number>();
  private readonly waiting: { wanted: string; found(call: ProviderCall): void }[] = [];

  constructor(private readonly answer: (call: ProviderCall) => Answer = () => undefined) {
    const types = ['Test::Desk::Item', 'AWS::AutoScaling::AutoScalingGroup', 'AWS::IAM::Role'];
    this.providers = new Map([
      ...types.map((type) => [type, this.provider(type)] as const),
      ['Test::Desk::Stone', { ...this.provider('Test::Desk::Stone'), update: undefined }],
    ]);
  }

  /** Returns the call of `create A`, `update B` … that waits for the test, now or later. Each is returned once. */
  next(wanted: string): Promise<ProviderCall> {
    const index = this.unclaimed.findIndex((call) => nameOf(call) === wanted);
    const [call] = index < 0 ? [] : this.unclaimed.splice(index, 1);
    if (call) return Promise.resolve(call);
    return new Promise((found) => this.waiting.push({ wanted, found }));
  }

  /** `create A`, `update B` … of every call so far. */
  get names(): string[] {
    return this.calls.map(nameOf);
  }

  private readonly unclaimed: ProviderCall[] = [];

  private provider(type: string): Provider {
    return {
      type,
      fidelity: 'real',
      properties: {
        Name: 'real',
        Fixed: 'real',
        Value: 'real',
        Other: 'real',
        Tags: 'real',
        RoleName: 'real',
        MaxSize: 'real',
      },
      createOnly: ['Name', 'Fixed'],
      attributes: ['Arn', 'Version'],
      refuse: ({ Value }) => (Value === 'impossible' ? ['Value: impossible things'] : []),
      create: (ctx, properties) => this.ask({ verb: 'create', ctx, properties }),
      update: (ctx, current, properties) => this.ask({ verb: 'update', ctx, properties, current }),
      delete: async (ctx, current) => void (await this.ask({ verb: 'delete', ctx, properties: {}, current })),
    };
  }

  private ask(request: Pick<ProviderCall, 'verb' | 'ctx' | 'properties' | 'current'>): Promise<Provided> {
    return new Promise((resolve, reject) => {
      const { logicalId } = request.ctx;
      const call: ProviderCall = {
        ...request,
        logicalId,
        succeed: (provided) => {
          try {
            resolve(this.provided(request, provided));
          } catch (error) {
            reject(error);
          }
        },
        fail: (reason) => reject(new Error(reason)),
      };
      request.ctx.cancelled.addEventListener('abort', () => reject(new Error('cancelled')));
      this.calls.push(call);
      const answer = this.answer(call);
      if (answer === 'succeeds') call.succeed();
      else if (answer) call.fail(answer.fails);
      else this.hold(call);
    });
  }

  private hold(call: ProviderCall): void {
    const index = this.waiting.findIndex(({ wanted }) => wanted === nameOf(call));
    if (index < 0) this.unclaimed.push(call);
    else this.waiting.splice(index, 1)[0]?.found(call);
  }

  private provided(
    { verb, ctx, current, properties }: Pick<ProviderCall, 'verb' | 'ctx' | 'current' | 'properties'>,
    given: Partial<Provided> = {},
  ): Provided {
    const made = this.made.get(ctx.logicalId) ?? 0;
    if (verb === 'create') this.made.set(ctx.logicalId, made + 1);
    const named = typeof properties['Name'] === 'string' ? properties['Name'] : `${ctx.logicalId}-${made + 1}`;
    const physicalId = given.physicalId ?? current?.physicalId ?? named;
    if (verb === 'create') ctx.created(physicalId);
    if (verb === 'delete') this.standing.delete(physicalId);
    else this.standing.set(physicalId, properties);
    const version = `${JSON.stringify(properties['Value'] ?? '')}@${verb}`;
    return { physicalId, attributes: { Arn: `arn:test:${physicalId}`, Version: version, ...given.attributes } };
  }
}

function nameOf({ verb, logicalId }: ProviderCall): string {
  return `${verb} ${logicalId}`;
}
