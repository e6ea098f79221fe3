import { AwsError } from '../../kernel/failure';

/** A policy's statements, with every element that may be single or a list made a list. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  /** By kind: `AWS`, `Service`, `Federated`. `{ AWS: ['*'] }` for anyone. */
  readonly principals: Readonly<Record<string, readonly string[]>>;
  /** Elements of the statement that are not supported, for example `NotPrincipal`. */
  readonly others: readonly string[];
  /** By operator, then by key. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

type Raw = Readonly<Record<string, unknown>>;

/** Reads a policy document. Throws `MalformedPolicyDocument`. */
export function parsePolicy(document: string): Statement[] {
  return statementsIn(read(document)).map(statementOf);
}

function read(document: string): Raw {
  let parsed: unknown;
  try {
    parsed = JSON.parse(document);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  if (!isObject(parsed) || parsed['Statement'] === undefined) throw malformed('Syntax errors in policy.');
  return parsed;
}

const statementsIn = ({ Statement }: Raw): unknown[] => (Array.isArray(Statement) ? Statement : [Statement]);

/** Refuses an invalid permission policy. Throws `MalformedPolicyDocument`. */
export function checkPermissionPolicy(document: string): void {
  const policy = read(document);
  const raw = statementsIn(policy) as Raw[];
  const statements = raw.map(statementOf);
  const isKnown = (element: string) => READ.has(element) || element === 'NotAction' || element === 'NotResource';
  const versions: unknown[] = [undefined, '2008-10-17', '2012-10-17'];
  if (!versions.includes(policy['Version']) || !raw.every((statement) => Object.keys(statement).every(isKnown))) {
    throw malformed('Syntax errors in policy.');
  }
  for (const [index, statement] of raw.entries()) checkPermission(statement, statements[index]!);
}

function checkPermission(raw: Raw, { actions }: Statement): void {
  if ('Principal' in raw) throw malformed('Policy document should not specify a principal.');
  const named = [...actions, ...list(raw['NotAction'])];
  if (named.length === 0) throw malformed('Policy statement must contain actions.');
  if (!named.every((action) => action === '*' || /^[\w-]+:[\w*?]+$/.test(action))) {
    throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
  }
  const resources = [...list(raw['Resource']), ...list(raw['NotResource'])];
  if (resources.length === 0) throw malformed('Policy statement must contain resources.');
  const odd = resources.find((resource) => resource !== '*' && !resource.startsWith('arn:'));
  if (odd !== undefined) throw malformed(`Resource ${odd} must be in ARN format or "*".`);
}

const READ = new Set(['Sid', 'Effect', 'Action', 'Principal', 'Condition', 'Resource']);

function statementOf(raw: unknown): Statement {
  if (!isObject(raw)) throw malformed('Syntax errors in policy.');
  const effect = raw['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny') throw malformed(`Invalid effect: ${String(effect)}`);
  return {
    effect,
    actions: list(raw['Action']),
    principals: principalsOf(raw['Principal']),
    others: Object.keys(raw).filter((element) => !READ.has(element)),
    conditions: conditionsOf(raw['Condition']),
  };
}

function principalsOf(raw: unknown): Record<string, string[]> {
  if (raw === undefined) return {};
  if (raw === '*') return { AWS: ['*'] };
  if (!isObject(raw)) throw malformed('Invalid principal in policy.');
  return Object.fromEntries(Object.entries(raw).map(([kind, values]) => [kind, list(values)]));
}

function conditionsOf(raw: unknown): Record<string, Record<string, string[]>> {
  if (raw === undefined) return {};
  if (!isObject(raw)) throw malformed('Syntax errors in policy.');
  return Object.fromEntries(
    Object.entries(raw).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(isObject(keys) ? keys : {}).map(([key, values]) => [key, list(values)])),
    ]),
  );
}

const isObject = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);

const list = (value: unknown): string[] =>
  value === undefined ? [] : (Array.isArray(value) ? value : [value]).map((item) => String(item));

const malformed = (message: string) => new AwsError('MalformedPolicyDocument', message, 400);
