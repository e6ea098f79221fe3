import { own } from './own';
import { referencesOf } from './references';
import type { Json, Template } from './template';
import { TemplateError } from './template-error';

/** Refuses attributes that a resource's type does not have. `attributes` returns undefined for an unknown type. */
export function checkAttributes(template: Template, attributes: (type: string) => readonly string[] | undefined): void {
  for (const { logicalId, attribute } of referencesOf(valuesOf(template))) {
    const resource = own(template.resources, logicalId);
    if (!resource || attribute === undefined || attribute === '*') continue;
    if (attributes(resource.type)?.includes(attribute) ?? true) continue;
    throw new TemplateError(
      `Template error: resource ${logicalId} does not support attribute type ${attribute} in Fn::GetAtt`,
    );
  }
}

function valuesOf({ resources, outputs }: Template): Json {
  const inResources = Object.values(resources).flatMap(
    ({ properties, metadata = {}, creationPolicy = {}, updatePolicy = {} }): Json[] => [
      { ...properties },
      metadata,
      creationPolicy,
      updatePolicy,
    ],
  );
  return [...inResources, ...Object.values(outputs).flatMap(({ value, exportName = '' }) => [value, exportName])];
}
