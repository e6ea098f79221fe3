import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import type { Git } from './git';

/** Operation that a request asks of a repository: git's smart protocol has three, and only those are served. */
export type GitService = 'info/refs' | 'git-upload-pack' | 'git-receive-pack';

const SERVICES: readonly GitService[] = ['info/refs', 'git-upload-pack', 'git-receive-pack'];

/**
 * Parses `/v1/repos/NAME/SERVICE`; undefined for other addresses. `NAME.git` is the same as NAME. Names of repositories
 * have no character that an address escapes.
 */
export function gitRequestOf(url: string): { repositoryName: string; service: GitService; query: string } | undefined {
  const [path = '', query = ''] = url.split('?', 2);
  const match = /^\/v1\/repos\/([\w.-]+?)(?:\.git)?\/(.+)$/.exec(path);
  const service = SERVICES.find((name) => name === match?.[2]);
  return match?.[1] && service ? { repositoryName: match[1], service, query } : undefined;
}

/** One request to `git http-backend`, for the repository `folder` below `root`. */
export interface BackendCall {
  readonly root: string;
  readonly folder: string;
  readonly service: GitService;
  readonly query: string;
  readonly user: string;
  /** Called when git has finished and before the client gets the end. */
  finished(): Promise<void>;
}

/** Serves a request by git's own CGI program, streaming both ways. */
export async function serveWithBackend(
  git: Git,
  call: BackendCall,
  http: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const child = git.spawn(['http-backend'], { stdio: ['pipe', 'pipe', 'pipe'] }, cgiEnvironment(call, http.request));
  const { stdin, stdout, stderr } = child as unknown as { stdin: Writable; stdout: Readable; stderr: Readable };
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  });
  let complaint = '';
  stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2000);
  });
  feed(http.request, stdin);
  await Promise.all([ended, relay(stdout, http.response)]);
  await call.finished();
  if (!http.response.headersSent) {
    http.response.writeHead(500, { 'content-type': 'text/plain' });
    http.response.write(`git http-backend gave no answer: ${complaint.trim()}\n`);
  }
  http.response.end();
}

/** Git may answer before it has read the complete request; the disconnection of a client ends git's input. */
function feed(request: IncomingMessage, stdin: Writable): void {
  stdin.on('error', () => {
    request.unpipe(stdin);
    request.resume();
  });
  request.once('close', () => stdin.end());
  request.pipe(stdin);
}

function cgiEnvironment(call: BackendCall, request: IncomingMessage): Record<string, string> {
  const header = (name: string) => request.headers[name]?.toString() ?? '';
  return {
    GIT_PROJECT_ROOT: call.root,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${call.folder}/${call.service}`,
    QUERY_STRING: call.query,
    REQUEST_METHOD: request.method ?? 'GET',
    CONTENT_TYPE: header('content-type'),
    ...(header('content-length') && { CONTENT_LENGTH: header('content-length') }),
    HTTP_CONTENT_ENCODING: header('content-encoding'),
    GIT_PROTOCOL: header('git-protocol'),
    REMOTE_USER: call.user,
    REMOTE_ADDR: request.socket.remoteAddress ?? '',
  };
}

/** Converts the CGI program's headers into the response's and passes on the body. */
async function relay(source: Readable, response: ServerResponse): Promise<void> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of source as AsyncIterable<Buffer>) {
    let body = chunk;
    if (head) {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) continue;
      response.writeHead(...parseHead(head.subarray(0, end).toString('latin1')));
      body = head.subarray(end + 4);
      head = undefined;
    }
    // A disconnected client is not waited for.
    if (response.destroyed) return;
    if (!response.write(body)) await drained(response);
  }
}

function parseHead(text: string): [status: number, headers: Record<string, string>] {
  const headers: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const { status = '200', ...rest } = headers;
  return [Number.parseInt(status, 10), rest];
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('drain', resolve);
    response.once('close', resolve);
  });
}
