import { AwsError } from '../../kernel/failure';

/** A policy's statements, with every element that may be single or a list made a list. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  /** By kind: `AWS`, `Service`, `Federated`. `{ AWS: ['*'] }` for anyone. */
  readonly principals: Readonly<Record<string, readonly string[]>>;
  /** Elements present in the statement that are read nowhere yet, such as `NotPrincipal`. */
  readonly others: readonly string[];
  /** By operator, then by key. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

type Raw = Readonly<Record<string, unknown>>;

/** Reads a policy document. Throws `MalformedPolicyDocument`. */
export function parsePolicy(document: string): Statement[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(document);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  if (!isObject(parsed) || parsed['Statement'] === undefined) throw malformed('Syntax errors in policy.');
  const statements = Array.isArray(parsed['Statement']) ? parsed['Statement'] : [parsed['Statement']];
  return statements.map(statementOf);
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
