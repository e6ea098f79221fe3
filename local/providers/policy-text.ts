/** A policy document as IAM and S3 take it: as text. Templates may give it as an object or as text. */
export const policyText = (document: object | string): string =>
  typeof document === 'string' ? document : JSON.stringify(document);
