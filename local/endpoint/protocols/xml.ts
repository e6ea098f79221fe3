import { XmlShapeDeserializer, XmlShapeSerializer } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { Model } from '../model';

const settings = (model: Model, xmlNamespace: string) => ({
  timestampFormat: { useTrait: true, default: 5 } as const,
  httpBindings: true,
  xmlNamespace,
  serviceNamespace: model.defaultNamespace,
});

/** A whole element: `<Shape xmlns="…">…</Shape>`. */
export function xmlElement(model: Model, schema: NormalizedSchema, value: unknown): string {
  const serializer = new XmlShapeSerializer(settings(model, model.xmlNamespace));
  serializer.write(schema, value);
  return String(serializer.flush());
}

/** The members of a structure without the element around them. */
export function xmlMembers(model: Model, schema: NormalizedSchema, value: unknown): string {
  const serializer = new XmlShapeSerializer(settings(model, ''));
  serializer.write(schema, value);
  const element = String(serializer.flush());
  const opening = element.indexOf('>');
  return element.charAt(opening - 1) === '/' ? '' : element.slice(opening + 1, element.lastIndexOf('</'));
}

export function readXml(model: Model, schema: NormalizedSchema, bytes: Uint8Array): unknown {
  return new XmlShapeDeserializer(settings(model, model.xmlNamespace)).read(schema, bytes);
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/**
 * Returns a document. Characters that XML 1.0 cannot contain (a log's colour codes) are replaced: a single one would
 * invalidate the document.
 */
export function xmlDocument(content: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
  return DECLARATION + content.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');
}

const ESCAPES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

export const xmlText = (text: string) => text.replace(/[<>&"]/g, (character) => ESCAPES[character] ?? character);
