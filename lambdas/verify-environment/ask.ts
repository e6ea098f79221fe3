import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface HttpAnswer {
  readonly status: number;
  /** The beginning of the body. */
  readonly text: string;
}

/** Milliseconds that one answer may take, its body included. */
const TIMEOUT_MS = 5000;
/** Number of bytes that are searched for the text. The text is near the beginning; a download is not waited for. */
const LONGEST_TEXT = 64 * 1024;

/**
 * Sends one request on its own connection, so that each may reach another server. It does not follow redirects, because
 * this answer is the one to check. Rejects without an answer in time.
 *
 * It verifies the chain of a certificate, but not its name: it asks at the load balancer's own address, which no
 * certificate of the environment can name. It sends nothing secret. NODE_EXTRA_CA_CERTS adds authorities.
 */
export function ask(url: URL): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const options = { agent: false, signal, headers: { 'user-agent': 'verify-environment' } } as const;
    const question =
      url.protocol === 'https:'
        ? requestHttps(url, { ...options, checkServerIdentity: () => undefined })
        : requestHttp(url, options);
    const fail = (error: Error) =>
      reject(signal.aborted ? new Error(`no answer within ${TIMEOUT_MS / 1000} seconds`) : error);
    question.on('response', (response) => {
      let text = '';
      const finish = () => resolve({ status: response.statusCode ?? 0, text });
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (text.length < LONGEST_TEXT) return;
        finish();
        response.destroy();
      });
      response.on('end', finish).on('error', fail);
    });
    question.on('error', fail);
    question.end();
  });
}
