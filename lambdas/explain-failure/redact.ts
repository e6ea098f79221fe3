/** Secrets that must not appear in texts that leave the logs. The first group of a match, if any, stays. */
const SECRETS: readonly RegExp[] = [
  // AWS access keys, and values of names such as "secret".
  /\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g,
  /((?:secret|passw(?:or)?d|token|api[_-]?key|authorization|credentials?)[\w-]*["']?\s*[=:]\s*(?:Bearer |Basic )?["']?)[^\s"',;&]+/gi,
  // Signature and session of a presigned URL, and the user part of other URLs.
  /([?&]X-Amz-(?:Signature|Security-Token|Credential)=)[^\s&"']+/gi,
  /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@:]+:[^\s/@]+(?=@)/gi,
  /(\bBearer )[\w.~+/=-]{8,}/g,
];

/** Returns the text with `***` in place of each credential. */
export function redacted(text: string): string {
  return SECRETS.reduce(
    (left, secret) => left.replace(secret, (_all, kept) => `${typeof kept === 'string' ? kept : ''}***`),
    text,
  );
}
