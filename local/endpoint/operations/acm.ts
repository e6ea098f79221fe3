import type * as sdk from '@aws-sdk/client-acm';
import { AwsError } from '../../kernel/failure';
import type { CertificateManager } from '../../runtime/acm/certificate-manager';
import type { Handlers } from '../handlers';

/**
 * ACM: descriptions of certificates. Each certificate that the account could have is represented by the local
 * authority's.
 */
export function acmOperations(certificates: CertificateManager): Handlers<typeof sdk> {
  return {
    async DescribeCertificate({ CertificateArn = '' }) {
      if (!(await certificates.find(CertificateArn))) {
        throw new AwsError('ResourceNotFoundException', `Could not find certificate ${CertificateArn}.`);
      }
      return { Certificate: { CertificateArn, Status: 'ISSUED', DomainName: 'localhost' } };
    },
  };
}
