import { type Scope, scopeName } from '../kernel/arn';
import type { ServiceDefinition } from './service';

type Services = Readonly<Record<string, ServiceDefinition>>;

/**
 * Combines the services of all scopes: each call goes to the services of its scope. `home` determines which services
 * and operations exist, and its client modules are loaded for all.
 */
export function servicesByScope(home: Services, of: (scope: Scope) => Services): Services {
  const known = new Map<string, Services>();
  const servicesOf = (scope: Scope): Services => {
    const name = scopeName(scope);
    const services = known.get(name) ?? of(scope);
    known.set(name, services);
    return services;
  };
  return mapValues(home, ({ load, handlers }, service) => ({
    load,
    handlers: mapValues(handlers, (_, operation) => (input, call) => {
      const theirs = servicesOf(call.scope)[service]?.handlers[operation];
      if (!theirs) throw new Error(`${scopeName(call.scope)} lacks ${service}.${operation}`);
      return theirs(input, call);
    }),
  }));
}

function mapValues<T, R>(values: Readonly<Record<string, T>>, map: (value: T, key: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value, key)]));
}
