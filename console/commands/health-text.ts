import type { Health } from '../pipeline/deployments';

/** `3 servers replaced as unhealthy, service ended 12 times: it did not stay healthy`; empty without any event. */
export function healthText({ replaced, ended, stayedHealthy }: Health): string {
  const servers = replaced === 1 ? '1 server' : `${replaced} servers`;
  const happened = [
    ...(replaced > 0 ? [`${servers} replaced as unhealthy`] : []),
    ...(ended > 0 ? [`service ended ${ended === 1 ? 'once' : `${ended} times`} by itself`] : []),
  ].join(', ');
  return stayedHealthy ? happened : `${happened}: it did not stay healthy`;
}
