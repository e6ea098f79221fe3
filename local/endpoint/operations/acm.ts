import type * as sdk from '@aws-sdk/client-acm';
import { AwsError } from '../../kernel/failure';
import type { CertificateManager } from '../../runtime/acm/certificate-manager';
import type { Handlers } from '../handlers';

/** ACM: descriptions of certificates. Every one that the account could have stands for that of the local authority. */
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
