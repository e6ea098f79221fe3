import type { Json } from './template';
import type { Path } from './template-error';

/** Place in a text; both counted from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** A document that was read, and the way from a path in it to its place in the text. */
export interface TemplateSource {
  readonly value: Json;
  place(path: Path): TextPlace | undefined;
}

/** ` (line 3, column 5)`, as CloudFormation ends the message of a broken document. */
export function written(place: TextPlace | undefined): string {
  return place ? ` (line ${place.line}, column ${place.column})` : '';
}
