import { request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Both ends are on the same machine, or nobody is there to ask: a service that is not there may never refuse. */
const TIMEOUT_MS = 2000;

/**
 * One HTTP request on a connection of its own. `fetch` would do the same, but it takes these short programs longer to
 * load, and to end, than everything else they do.
 */
export function ask(
  url: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
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
