import { AwsError, NotSupportedLocally } from '../../kernel/failure';
import type { Series } from './records';

/** Parts of an expression: a number, a metric by its id, or a function of others. */
export type Expression =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'metric'; readonly id: string }
  | { readonly type: 'call'; readonly name: string; readonly operands: readonly Expression[] };

type Calculate = (...values: number[]) => number;

const truth = (holds: boolean) => (holds ? 1 : 0);

/** Operators by precedence, lowest first. */
const OPERATORS: readonly Readonly<Record<string, Calculate>>[] = [
  { OR: (a, b) => truth(a !== 0 || b !== 0), '||': (a, b) => truth(a !== 0 || b !== 0) },
  { AND: (a, b) => truth(a !== 0 && b !== 0), '&&': (a, b) => truth(a !== 0 && b !== 0) },
  {
    '==': (a, b) => truth(a === b),
    '!=': (a, b) => truth(a !== b),
    '<=': (a, b) => truth(a <= b),
    '>=': (a, b) => truth(a >= b),
    '<': (a, b) => truth(a < b),
    '>': (a, b) => truth(a > b),
  },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => a / b },
  { '^': (a, b) => a ** b },
];

const FUNCTIONS: Readonly<Record<string, number>> = { IF: 3, FILL: 2, ABS: 1, CEIL: 1, FLOOR: 1 };

const ROUNDING: Readonly<Record<string, Calculate>> = { ABS: Math.abs, CEIL: Math.ceil, FLOOR: Math.floor };

/**
 * Reads an expression of metric math: arithmetic, comparisons, `IF` and `FILL`. Another function is refused by name.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function parseExpression(text: string): Expression {
  const tokens = text.match(/\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|\w+|[=!<>]=|&&|\|\||\S/g) ?? [];
  const reader = new Reader(tokens, text);
  const expression = reader.level(0);
  reader.end();
  return expression;
}

class Reader {
  private at = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly text: string,
  ) {}

  level(depth: number): Expression {
    const operators = OPERATORS[depth];
    if (!operators) return this.operand();
    let left = this.level(depth + 1);
    for (let name = this.tokens[this.at]; name && Object.hasOwn(operators, name); name = this.tokens[this.at]) {
      this.at++;
      left = { type: 'call', name, operands: [left, this.level(depth + 1)] };
    }
    return left;
  }

  end(): void {
    if (this.at < this.tokens.length) throw this.wrong();
  }

  private operand(): Expression {
    const token = this.tokens[this.at++] ?? '';
    if (/^\d/.test(token)) return { type: 'number', value: Number(token) };
    if (token === '-') {
      return { type: 'call', name: '-', operands: [{ type: 'number', value: 0 }, this.operand()] };
    }
    if (token === '(') {
      const inner = this.level(0);
      this.expect(')');
      return inner;
    }
    if (/^[a-z]\w*$/.test(token)) return { type: 'metric', id: token };
    if (/^[A-Z]\w*$/.test(token) && this.tokens[this.at] === '(') return this.call(token);
    throw this.wrong();
  }

  private call(name: string): Expression {
    const wanted = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (wanted === undefined) throw new NotSupportedLocally(`The metric math function ${name}`);
    this.expect('(');
    const operands = [this.level(0)];
    while (this.tokens[this.at] === ',') {
      this.at++;
      if (name === 'FILL' && /^(REPEAT|LINEAR)$/.test(this.tokens[this.at] ?? '')) {
        throw new NotSupportedLocally(`FILL with ${this.tokens[this.at]} in metric math`);
      }
      operands.push(this.level(0));
    }
    this.expect(')');
    if (operands.length !== wanted) throw this.wrong();
    return { type: 'call', name, operands };
  }

  private expect(token: string): void {
    if (this.tokens[this.at++] !== token) throw this.wrong();
  }

  private wrong(): AwsError {
    return new AwsError('ValidationException', `Error in expression '${this.text}': Invalid syntax`);
  }
}

/** The ids that an expression names. */
export function idsIn(expression: Expression): string[] {
  switch (expression.type) {
    case 'number':
      return [];
    case 'metric':
      return [expression.id];
    case 'call':
      return expression.operands.flatMap(idsIn);
  }
}

/**
 * Calculates an expression for each of `count` periods. A missing value counts as 0 if another operand that is not
 * constant has a value; if none has, the result is missing.
 */
export function calculate(expression: Expression, count: number, series: (id: string) => Series): Series {
  switch (expression.type) {
    case 'number':
      return Array.from({ length: count }, () => expression.value);
    case 'metric':
      return series(expression.id);
    case 'call': {
      const operands = expression.operands.map((operand) => calculate(operand, count, series));
      const numbers = expression.operands.map(isNumber);
      return Array.from({ length: count }, (_, period) => {
        const values = operands.map((operand) => operand[period]);
        const missing = values.every((value, index) => value === undefined || numbers[index]);
        const value = apply(expression.name, values, missing && !numbers.every(Boolean));
        // A division by zero gives no datapoint.
        return value === undefined || Number.isFinite(value) ? value : undefined;
      });
    }
  }
}

/** True if the expression is constant. A constant alone yields no datapoints. */
function isNumber(expression: Expression): boolean {
  if (expression.type === 'call') return expression.operands.every(isNumber);
  return expression.type === 'number';
}

function apply(name: string, values: readonly (number | undefined)[], missing: boolean): number | undefined {
  const [first, second, third] = values;
  if (name === 'FILL') return first ?? second;
  // A chosen operand without a value is 0; without a condition there is no result.
  if (name === 'IF') return first === undefined ? undefined : ((first !== 0 ? second : third) ?? 0);
  if (missing) return undefined;
  const operator = OPERATORS.find((level) => Object.hasOwn(level, name))?.[name] ?? ROUNDING[name];
  return operator?.(...values.map((value) => value ?? 0));
}
