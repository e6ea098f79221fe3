import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { get as getSecurely } from 'node:https';

/**
 * Returns the answer of an environment on this machine. With HTTPS, its certificate must come from the authority in the
 * file.
 */
export function askEnvironment(url: string, authority: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:')
      ? getSecurely(url, { agent: false, ca: readFileSync(authority) })
      : get(url, { agent: false });
    request.once('error', reject);
    request.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text: text.trim() }));
    });
  });
}
