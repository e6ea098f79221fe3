import { AwsError } from '../../kernel/failure';
import { calculate, idsIn, parseExpression } from './expression';
import type { MetricStore } from './metric-store';
import type { MetricQuery, MetricStat, Series, Window } from './records';

/** The lines of a query, checked: each knows only lines that are there, and none itself by a detour. */
export function checkQueries(queries: readonly MetricQuery[]): void {
  const ids = queries.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice) throw invalid(`The values for parameter id in MetricDataQueries are not unique: ${twice}`);
  for (const { id } of queries) {
    if (!/^[a-z]\w{0,254}$/.test(id))
      throw invalid(`Invalid value '${id}' for id: it must begin with a lowercase letter`);
  }
  for (const query of queries) needs(queries, query, []);
}

/** The metrics that a line is calculated from. */
export function metricsOf(queries: readonly MetricQuery[], query: MetricQuery): MetricStat[] {
  if ('metricStat' in query) return [query.metricStat];
  const ids = new Set(idsIn(parseExpression(query.expression)));
  return queries.filter(({ id }) => ids.has(id)).flatMap((other) => metricsOf(queries, other));
}

/** Returns the period of a query: its own, or the longest of its operands. */
export function periodOf(queries: readonly MetricQuery[], query: MetricQuery): number {
  const own = 'metricStat' in query ? query.metricStat.periodSeconds : query.periodSeconds;
  return own ?? Math.max(60, ...metricsOf(queries, query).map(({ periodSeconds }) => periodSeconds));
}

/** A line's values in a window. */
export function answer(
  store: MetricStore,
  queries: readonly MetricQuery[],
  at: { query: MetricQuery; window: Window },
): Series {
  const { query, window } = at;
  if ('metricStat' in query) return store.series(query.metricStat, window);
  return calculate(parseExpression(query.expression), window.count, (id) => {
    const other = queries.find((one) => one.id === id);
    return other ? answer(store, queries, { query: other, window }) : [];
  });
}

function needs(queries: readonly MetricQuery[], query: MetricQuery, trail: readonly string[]): void {
  if (trail.includes(query.id)) throw invalid(`Circular dependency in expression '${query.id}'`);
  if ('metricStat' in query) return;
  for (const id of idsIn(parseExpression(query.expression))) {
    const other = queries.find((one) => one.id === id);
    if (!other) throw invalid(`Error in expression '${query.id}': Metric with id '${id}' not found`);
    needs(queries, other, [...trail, query.id]);
  }
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
