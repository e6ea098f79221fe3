import type { EndpointAccess } from '../kernel/ports';
import type { Credentials } from '../kernel/principal';

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'];

/**
 * Variables of the caller's environment that a child process receives: the settings of package registries, and nothing
 * else.
 */
const PASSED_ON = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', ...PROXIES];

/** Hosts that no proxy may intercept: the endpoint and the load balancers. */
const OWN_HOSTS = ['127.0.0.1', 'localhost'];

/**
 * Environment variables that lead child processes to the local endpoint. They hide the caller's AWS settings: the
 * config files are empty, the metadata service is disabled, and every SDK uses the endpoint.
 */
export class LocalEndpoint implements EndpointAccess {
  private listening: number | undefined;

  constructor(
    readonly region: string,
    private readonly whole?: LocalEndpoint,
  ) {}

  /** The same endpoint, for children of another region. */
  in(region: string): LocalEndpoint {
    return new LocalEndpoint(region, this);
  }

  /** Known once the endpoint listens; children are started after that only. */
  get port(): number {
    if (this.whole) return this.whole.port;
    if (this.listening === undefined) throw new Error('the endpoint does not listen yet');
    return this.listening;
  }

  set port(port: number) {
    this.listening = port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  environment(credentials?: Credentials): Record<string, string> {
    return {
      ...callersEnvironment(),
      ...WITHOUT_AWS,
      AWS_ENDPOINT_URL: this.url,
      AWS_REGION: this.region,
      AWS_DEFAULT_REGION: this.region,
      ...(credentials && {
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        ...(credentials.sessionToken && { AWS_SESSION_TOKEN: credentials.sessionToken }),
      }),
    };
  }
}

/** With these an SDK finds nothing of the caller's: no profile, no credentials, no role of the machine it runs on. */
export const WITHOUT_AWS = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  // The SDK's advice about Node.js versions does not belong into the output of a build or function.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
} as const;

/** The part of the caller's environment that a child process gets. */
export function callersEnvironment(caller: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const passed = Object.fromEntries(PASSED_ON.flatMap((name) => (caller[name] ? [[name, caller[name]]] : [])));
  if (!PROXIES.some((name) => name in passed)) return passed;
  const direct = [caller['no_proxy'] ?? caller['NO_PROXY'], ...OWN_HOSTS].filter(Boolean).join();
  return { ...passed, NO_PROXY: direct, no_proxy: direct };
}
