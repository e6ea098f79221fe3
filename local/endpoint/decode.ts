import { AwsError } from '../kernel/failure';

/**
 * Decodes the percent escapes of a path. A `%` without a valid escape is kept. Errors: `InvalidURI`, as S3 answers, for
 * bytes that are no UTF-8.
 */
export function decodePath(text: string): string {
  try {
    return decodeURIComponent(text.replace(/%(?![0-9a-fA-F]{2})/g, '%25'));
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  }
}
