/** Returns a statement of a resource policy that denies the action without TLS. */
export function tlsOnly(action: string, resource: string | readonly string[]): object {
  return {
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: action,
    Resource: resource,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}
