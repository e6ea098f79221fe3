import type * as sdk from '@aws-sdk/client-service-quotas';
import type { Quota, ServiceQuotas } from '../../runtime/servicequotas/service-quotas';
import type { Handlers } from '../handlers';

/** Service Quotas: the numbers that an account is held to. */
export function serviceQuotasOperations(quotas: ServiceQuotas): Handlers<typeof sdk> {
  const describe = (quota: Quota) => ({
    ServiceCode: quota.service,
    QuotaCode: quota.code,
    QuotaName: quota.name,
    QuotaArn: quotas.arnOf(quota),
    Value: quota.value,
    Unit: 'None',
    Adjustable: true,
    GlobalQuota: false,
  });
  return {
    GetServiceQuota: ({ ServiceCode = '', QuotaCode = '' }) => ({
      Quota: describe(quotas.get(ServiceCode, QuotaCode)),
    }),
    GetAWSDefaultServiceQuota: ({ ServiceCode = '', QuotaCode = '' }) => ({
      Quota: describe(quotas.default(ServiceCode, QuotaCode)),
    }),
    ListServiceQuotas: ({ ServiceCode = '' }) => ({ Quotas: quotas.list(ServiceCode).map(describe) }),
    RequestServiceQuotaIncrease({ ServiceCode = '', QuotaCode = '', DesiredValue = 0 }) {
      const { name } = quotas.set(ServiceCode, QuotaCode, DesiredValue);
      return { RequestedQuota: { ServiceCode, QuotaCode, QuotaName: name, DesiredValue, Status: 'APPROVED' } };
    },
  };
}
