import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { freePort } from '../../local/runtime/elasticloadbalancing/ports';
import { until } from '../rig/until';

export interface Throughput {
  readonly perSecond: number;
  /** Milliseconds within which 99 of 100 requests are answered. */
  readonly p99: number;
  readonly failed: number;
}

const CONNECTIONS = 50;
const SECONDS = 5;
/** Before that: what is measured is a server at work, not the compilation of its code. */
const WARM_UP_SECONDS = 5;

/** Asks `url` for five seconds, as fast as it answers over 50 connections. */
export async function throughput(url: string): Promise<Throughput> {
  await autocannon({ url, connections: CONNECTIONS, duration: WARM_UP_SECONDS });
  const { requests, latency, errors, non2xx } = await autocannon({ url, connections: CONNECTIONS, duration: SECONDS });
  return { perSecond: requests.average, p99: latency.p99, failed: errors + non2xx };
}

/** The same measured with nginx before the same servers, or undefined where nginx is not installed. */
export async function nginxThroughput(state: string): Promise<Throughput | undefined> {
  if (spawnSync('nginx', ['-v']).error) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'nginx-'));
  const port = await freePort(0, new Set());
  writeFileSync(join(directory, 'nginx.conf'), configuration(directory, port, socketsOf(state)));
  const nginx = spawn('nginx', ['-p', directory, '-c', join(directory, 'nginx.conf')], { stdio: 'inherit' });
  try {
    const url = `http://127.0.0.1:${port}/`;
    await answers(url, nginx);
    return await throughput(url);
  } finally {
    nginx.kill();
    if (nginx.exitCode === null) await once(nginx, 'exit');
    rmSync(directory, { recursive: true });
  }
}

/** The Unix sockets of the servers that run; the load balancer connects to the same ones. */
function socketsOf(state: string): string[] {
  const machines = join(state, 'sandboxes', 'machines');
  return readdirSync(machines)
    .map((name) => join(machines, name, 'host', 'port-8080'))
    .filter((path) => existsSync(path));
}

function configuration(directory: string, port: number, sockets: readonly string[]): string {
  return `daemon off;
user root;
worker_processes 1;
pid ${directory}/pid;
error_log stderr;
events { worker_connections 1024; }
http {
  access_log off;
  upstream fleet {
    ${sockets.map((path) => `server unix:${path};`).join('\n    ')}
    keepalive 64;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://fleet;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`;
}

function answers(url: string, nginx: ChildProcess): Promise<void> {
  return until(() => {
    if (nginx.exitCode !== null) throw new Error(`nginx ended with ${nginx.exitCode}`);
    return fetch(url).then(
      () => true,
      () => false,
    );
  });
}
