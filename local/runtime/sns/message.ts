import { AwsError } from '../../kernel/failure';
import type { Message, MessageAttribute, Protocol } from './records';

const MOST_BYTES = 256 * 1024;
const LONGEST_SUBJECT = 100;
const LONGEST_ATTRIBUTE_NAME = 256;

/**
 * Refuses messages that SNS refuses. The documents give two rules for subjects, UTF-8 and ASCII; the narrower one
 * applies here, so that a message accepted here is accepted there.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function checkMessage({ subject, message, structure, attributes = {} }: Message): void {
  if (message === '') throw invalid('Empty message');
  if (subject !== undefined && !isSubject(subject)) throw invalid('Subject');
  if (structure !== undefined && structure !== 'json') throw invalid('MessageStructure');
  if (structure === 'json') bodiesOf(message);
  for (const [name, attribute] of Object.entries(attributes)) checkAttribute(name, attribute);
  const sizes = Object.entries(attributes).map(([name, { type, value }]) => Buffer.byteLength(name + type + value));
  const bytes = sizes.reduce((sum, size) => sum + size, Buffer.byteLength(message));
  if (bytes > MOST_BYTES) throw invalid('Message too long');
}

/** Returns the message for subscribers of a protocol. */
export function bodyFor(protocol: Protocol, { message, structure }: Message): string {
  if (structure !== 'json') return message;
  const bodies = bodiesOf(message);
  return bodies[protocol] ?? bodies['default'] ?? '';
}

/** Printable ASCII that does not begin with a space, less than 101 characters long. */
function isSubject(subject: string): boolean {
  return /^[!-~][ -~]*$/.test(subject) && subject.length <= LONGEST_SUBJECT;
}

function bodiesOf(message: string): Record<string, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse');
  }
  if (parsed === null || typeof parsed !== 'object') throw invalid('Message Structure - No JSON message body');
  // A value that is not a string is ignored.
  const texts = Object.entries(parsed).filter(([, body]) => typeof body === 'string');
  const bodies = Object.fromEntries(texts) as Record<string, string>;
  if (bodies['default'] === undefined) throw invalid('Message Structure - No default entry in JSON message body');
  return bodies;
}

function checkAttribute(name: string, { type, value }: MessageAttribute): void {
  if (!/^[\w-]+(\.[\w-]+)*$/.test(name) || /^(aws|amazon)\./i.test(name) || name.length > LONGEST_ATTRIBUTE_NAME) {
    throw attributeRefused(`Invalid message attribute name '${name}'.`);
  }
  if (!/^(String|Number|Binary|String\.Array)(\.|$)/.test(type)) {
    throw attributeRefused(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  if (value === '') {
    throw attributeRefused(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
    );
  }
  if (type.startsWith('Number') && !Number.isFinite(Number(value))) {
    throw attributeRefused(`Could not cast message attribute '${name}' value to number.`);
  }
}

export function invalid(what: string): AwsError {
  return new AwsError('InvalidParameterException', `Invalid parameter: ${what}`);
}

function attributeRefused(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
