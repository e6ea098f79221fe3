import { NotSupportedLocally } from '../kernel/failure';
import type { Environment, Json } from './template';
import { TemplateError } from './template-error';

const REFERENCE = /\{\{resolve:([a-z-]+):([^{}]*)\}\}/g;

/** The text with each `{{resolve:ssm:NAME}}` or `{{resolve:ssm:NAME:VERSION}}` replaced by that parameter's value. */
export function resolveDynamicReferences(text: string, environment: Pick<Environment, 'ssm'>): string {
  if (!text.includes('{{resolve:')) return text;
  return text.replace(REFERENCE, (whole, service: string, key: string) => {
    refuseService(service);
    const [, name, version] = /^([^:]+)(?::(\d+))?$/.exec(key) ?? [];
    if (name === undefined)
      throw new TemplateError(`Incorrect format is used in the following SSM reference: [${whole}]`);
    const parameter = environment.ssm(name, version === undefined ? undefined : Number(version));
    if (!parameter) {
      throw new TemplateError(`Unable to fetch parameters [${key}] from parameter store for this account.`);
    }
    return parameter.value;
  });
}

/** Returns the dynamic references in a value, for the quota (E26) and for refusals. */
export function dynamicReferencesIn(value: Json): string[] {
  return [...JSON.stringify(value).matchAll(REFERENCE)].map(([whole, service = '']) => {
    refuseService(service);
    return whole;
  });
}

/** Secrets would be stored unencrypted in a local database. */
function refuseService(service: string): void {
  if (service !== 'ssm') {
    throw new NotSupportedLocally(
      `The dynamic reference {{resolve:${service}:…}}`,
      'put values that are no secrets into an SSM parameter of type String, and let the program read its secrets itself',
    );
  }
}
