/** A statement of a resource's policy: nobody does this to it without TLS. */
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
