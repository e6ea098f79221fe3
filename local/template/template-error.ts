import { AwsError } from '../kernel/failure';

/** Keys and list positions from the top of a template down to a value. */
export type Path = readonly (string | number)[];

/** A template that CloudFormation refuses: its message, and the place of the reason in the document. */
export class TemplateError extends AwsError {
  constructor(
    message: string,
    readonly path?: Path,
  ) {
    super('ValidationError', message);
  }
}

/** `/Resources/Queue/Type`, as CloudFormation writes paths in its messages (E27). */
export function pointer(path: Path): string {
  return `/${path.join('/')}`;
}
