/** Known facts about an execution. Times are ISO 8601. */
export interface ExecutionFacts {
  /** `Failed`, `Stopped`, `Superseded` … (A18). */
  readonly status: string;
  readonly statusSummary?: string;
  /** Why a person stopped it. */
  readonly stopReason?: string;
}

/** One run of an action. */
export interface ActionFacts {
  readonly stage: string;
  readonly action: string;
  readonly category: string;
  readonly provider: string;
  /** `InProgress`, `Succeeded`, `Failed`, `Abandoned`. */
  readonly status: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly configuration: Readonly<Record<string, string>>;
  /** Place of the action: its region, and the account of its role. */
  readonly place: ActionPlace;
  /** Id of the build, the stack …, and its address in the console. */
  readonly externalId?: string;
  readonly externalUrl?: string;
  readonly summary?: string;
  readonly error?: { readonly code?: string; readonly message?: string };
  /** The ARN of the person who answered an approval. */
  readonly updatedBy?: string;
}

/** One check of a rule of a stage's condition (A22). */
export interface RuleFacts {
  readonly stage: string;
  readonly rule: string;
  /** `InProgress`, `Succeeded`, `Failed`, `Abandoned`. */
  readonly status: string;
  readonly endedAt: string;
  readonly message?: string;
}

export interface ActionPlace {
  readonly region?: string;
  /** The ARN of the action's own role. */
  readonly roleArn?: string;
}

export interface StackEventFacts {
  readonly at: string;
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

export interface BuildFacts {
  readonly status: string;
  readonly phases: readonly {
    readonly phase: string;
    readonly status?: string;
    readonly code?: string;
    readonly message?: string;
  }[];
  readonly log?: LogPlace;
}

/** Without a stream: that which was written to last. */
export interface LogPlace {
  readonly group: string;
  readonly stream?: string;
}

export interface ImageFacts {
  readonly status: string;
  readonly reason?: string;
}

export interface ActivityFacts {
  readonly at: string;
  readonly status: string;
  readonly description: string;
  readonly message?: string;
}

/**
 * Sources of evidence about a failure. Every question may be refused by rejecting: the search then continues without
 * it, and reports this. Missing evidence is undefined, or an empty list.
 */
export interface Evidence {
  execution(): Promise<ExecutionFacts>;
  /** Returns all attempts, in any order. */
  actions(): Promise<readonly ActionFacts[]>;
  /** The checks of its stages' conditions, in any order. */
  rules(): Promise<readonly RuleFacts[]>;
  /** In any order; at least those of the last operation. */
  stackEvents(stack: string, at: ActionPlace): Promise<readonly StackEventFacts[]>;
  build(id: string, at: ActionPlace): Promise<BuildFacts | undefined>;
  image(arn: string, at: ActionPlace): Promise<ImageFacts | undefined>;
  activities(group: string, at: ActionPlace): Promise<readonly ActivityFacts[]>;
  /** The last lines of a log, oldest first. */
  logTail(log: LogPlace, at: ActionPlace): Promise<readonly string[]>;
  /** Returns the console output of a server, oldest line first. */
  consoleOf(instanceId: string, at: ActionPlace): Promise<readonly string[]>;
}
