import { readFileSync } from 'node:fs';
import https from 'node:https';
import type { ListenerRequest } from '../../../../local/runtime/elasticloadbalancing/listeners';
import type { Listener, ListenerAction } from '../../../../local/runtime/elasticloadbalancing/records';
import { type Answer, type Balancing, balancing } from './balancing';

export const certificate = 'arn:aws:acm:eu-west-1:000000000000:certificate/12345678-1234-1234-1234-123456789012';

export const toSecure: ListenerAction = {
  type: 'redirect',
  statusCode: 301,
  protocol: 'HTTPS',
  host: '#{host}',
  port: '443',
  path: '/#{path}',
  query: '#{query}',
};

export interface SecureBalancing extends Balancing {
  /** Declares an environment's listeners with a certificate, beside the listener on 80. */
  secured(speech?: Partial<ListenerRequest>): Promise<Listener>;
  /** The certificate of the local authority. */
  trusted(): string;
  /** One request over TLS, to a server that the local authority vouches for. */
  askSecurely(options: https.RequestOptions, body?: string): Promise<Answer>;
  /** Why that cannot be, or `answered` with the status. */
  refusal(options: https.RequestOptions): Promise<string>;
}

export async function secureBalancing(wanted: Parameters<typeof balancing>[0] = {}): Promise<SecureBalancing> {
  const at = await balancing(wanted);
  const trusted = () => readFileSync(at.authority.authority.file, 'utf8');
  const askSecurely: SecureBalancing['askSecurely'] = (options, body) =>
    new Promise((resolve, reject) => {
      const asked = { host: '127.0.0.1', agent: false, ca: trusted(), ...options } as const;
      const request = https.request(asked, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      });
      request.on('error', reject);
      request.end(body);
    });
  return {
    ...at,
    trusted,
    askSecurely,
    refusal: (options) =>
      askSecurely(options).then(
        ({ status }) => `answered ${status}`,
        (error: NodeJS.ErrnoException) => error.code ?? error.message,
      ),
    secured: (speech = {}) =>
      at.balancing.createListener({
        loadBalancerArn: at.balancing.loadBalancers()[0]!.arn,
        port: 443,
        protocol: 'HTTPS',
        certificates: [certificate],
        actions: [{ type: 'forward', targetGroupArn: at.groupArn }],
        ...speech,
      }),
  };
}
