/** Secrets that must not appear in texts that leave the logs. The first group of a match, if any, stays. */
const SECRETS: readonly RegExp[] = [
  // Access keys of AWS, and what is said to be a secret.
  /\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g,
  /((?:secret|passw(?:or)?d|token|api[_-]?key|authorization|credentials?)[\w-]*["']?\s*[=:]\s*(?:Bearer |Basic )?["']?)[^\s"',;&]+/gi,
  // The signature and session of a presigned URL, and whoever stands before the host of another.
  /([?&]X-Amz-(?:Signature|Security-Token|Credential)=)[^\s&"']+/gi,
  /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@:]+:[^\s/@]+(?=@)/gi,
  /(\bBearer )[\w.~+/=-]{8,}/g,
];

/** The text without credentials: `***` stands where one was. */
export function redacted(text: string): string {
  return SECRETS.reduce(
    (left, secret) => left.replace(secret, (_all, kept) => `${typeof kept === 'string' ? kept : ''}***`),
    text,
  );
}
