/** A topic, in its stored form. Subscriptions refer to it, not the reverse. */
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
  /** A mail address is confirmed by a link in a mail, which nobody receives here. */
  readonly pending: boolean;
}

export type Protocol = 'email' | 'lambda';

export interface MessageAttribute {
  /** `String`, `Number`, `Binary` or `String.Array`, optionally with a label after a dot. */
  readonly type: string;
  /** Base64 for binary values. */
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
