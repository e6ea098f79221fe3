/** A topic as it is kept. Subscriptions name it; it does not name them. */
export interface Topic {
  readonly arn: string;
  readonly name: string;
  readonly displayName?: string;
  readonly kmsKeyId?: string;
  /** Whole, as JSON; undefined for the one that every topic begins with. */
  readonly policy?: object;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: Protocol;
  /** A mail address, or a function's ARN. */
  readonly endpoint: string;
  /** A mailbox confirms by the link in a mail, which nobody gets here. */
  readonly pending: boolean;
}

export type Protocol = 'email' | 'lambda';

export interface MessageAttribute {
  /** `String`, `Number`, `Binary` or `String.Array`, with a label behind a dot if there is one. */
  readonly type: string;
  /** Base64 where it is binary. */
  readonly value: string;
}

/** A message as a caller has it. */
export interface Message {
  readonly subject?: string;
  readonly message: string;
  /** `json`: the message holds one for each protocol, and a `default`. */
  readonly structure?: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
}
