/** Returns a policy document as text, for IAM and S3. Templates may have it as an object or as text. */
export const policyText = (document: object | string): string =>
  typeof document === 'string' ? document : JSON.stringify(document);
