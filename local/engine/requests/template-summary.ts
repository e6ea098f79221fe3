import { type Capability, requiredCapability } from '../../template/capabilities';
import { parseTemplate } from '../../template/parse';
import type { Json, ParameterDefinition } from '../../template/template';

/** Description of a template without a deployment. */
export interface TemplateSummary {
  readonly description?: string;
  readonly metadata?: Json;
  readonly parameters: readonly ParameterDefinition[];
  readonly resourceTypes: readonly string[];
  /** Capability that a request must acknowledge (E30). */
  readonly capability?: Capability;
  readonly capabilityReason?: string;
}

/** Reads and checks a template. Refuses as a create would. */
export function summarize(text: string): TemplateSummary {
  const template = parseTemplate(text);
  const required = requiredCapability(template);
  return {
    description: template.description,
    metadata: template.metadata,
    parameters: Object.values(template.parameters),
    resourceTypes: [...new Set(Object.values(template.resources).map(({ type }) => type))],
    capability: required?.capability,
    capabilityReason: required && `The following resource(s) require capabilities: [${required.types.join(', ')}]`,
  };
}
