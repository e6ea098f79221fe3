import { request } from 'node:http';

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** Both ends are on the same machine. A missing service may not refuse a connection, so the wait is bounded. */
const TIMEOUT_MS = 2000;

/**
 * Sends one HTTP request on its own connection. `fetch` would do the same, but it takes these short programs longer to
 * load and to exit than all their other work.
 */
export function ask(
  url: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const options = { method, headers, agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) };
    const question = request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    question.on('error', reject);
    question.end();
  });
}
