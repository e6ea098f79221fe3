import type { SecureContextOptions } from 'node:tls';
import { parseArn, type Scope } from '../../kernel/arn';
import { AwsError } from '../../kernel/failure';
import type { Certificates } from '../../kernel/ports';
import type { Protocol, Security } from './records';
import { DEFAULT_SECURITY_POLICY, tlsVersions } from './security-policies';

/** Requested protocol and security of a listener. */
export interface Speech {
  readonly protocol?: string;
  readonly sslPolicy?: string;
  /** ARNs; the first is the default one. */
  readonly certificates?: readonly string[];
}

/**
 * Returns the protocol and security of a listener; empty for HTTP. Refuses, with AWS's message, settings that do not
 * match.
 */
export function checkSpeech(
  { protocol = 'HTTP', sslPolicy, certificates = [] }: Speech,
  scope: Scope,
): { protocol: Protocol; security?: Security } {
  const [certificateArn] = certificates;
  switch (protocol) {
    case 'HTTP':
      if (certificateArn) throw invalid('A certificate cannot be specified for HTTP listeners');
      if (sslPolicy) throw invalid('An SSL policy cannot be specified for HTTP listeners');
      return { protocol };
    case 'HTTPS': {
      if (!certificateArn) throw invalid('A certificate must be specified for HTTPS listeners');
      const { service, region } = parseArn(certificateArn) ?? {};
      // IAM keeps certificates too, in no region.
      if (service !== 'iam' && !(service === 'acm' && region === scope.region)) {
        throw invalid(`Certificate ARN '${certificateArn}' is not valid`);
      }
      const policy = sslPolicy ?? DEFAULT_SECURITY_POLICY;
      tlsVersions(policy);
      return { protocol, security: { policy, certificateArn } };
    }
    default:
      throw invalid(`Listener protocol '${protocol}' must be one of 'HTTP, HTTPS'`);
  }
}

/** Returns the TLS context of a listener. Throws AWS's `CertificateNotFound`. */
export async function tlsContext(
  { policy, certificateArn }: Security,
  certificates: Certificates,
): Promise<SecureContextOptions> {
  const identity = await certificates.find(certificateArn);
  if (!identity) throw new AwsError('CertificateNotFound', `Certificate '${certificateArn}' not found`);
  const versions = tlsVersions(policy);
  // OpenSSL refuses versions below 1.2 at its default security level, even if the policy allows them.
  const old = versions.minVersion < 'TLSv1.2';
  return { ...identity, ...versions, ...(old && { ciphers: 'DEFAULT:@SECLEVEL=0' }) };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
