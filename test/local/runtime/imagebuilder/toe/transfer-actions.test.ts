import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { type StepRig, stepRig } from './step';

let server: Server;
let url: string;
let rig: StepRig;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const requests: string[] = [];
const uploads = new Map<string, string>();

beforeEach(async () => {
  requests.length = 0;
  uploads.clear();
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new S3Client({
    endpoint: url,
    region: 'eu-west-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const unused = () => Promise.reject(new Error('not in this test'));
  rig = stepRig({ aws: { s3: async () => client, ssm: unused, imageBuilder: unused } });
});
afterEach(async () => {
  rig.end();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('WebDownload', () => {
  test('follows redirects, creates folders, and takes the name from the URL (D13)', async () => {
    answer = (request, response) => {
      if (request.url === '/moved.zip') response.writeHead(302, { location: '/real/file.zip' }).end();
      else response.end('content');
    };
    const result = await rig.run('WebDownload', [{ source: `${url}/moved.zip`, destination: `${rig.path('new')}/` }]);
    expect(result).toEqual({ outputs: { destination: rig.path('new/moved.zip') } });
    expect(readFileSync(rig.path('new/moved.zip'), 'utf8')).toBe('content');
  });

  test('removes a file with a wrong checksum (D13)', async () => {
    answer = (_, response) => response.end('content');
    const destination = rig.path('file');
    const inputs = { source: `${url}/file`, destination, algorithm: 'SHA256' };
    await expect(rig.run('WebDownload', [{ ...inputs, checksum: 'abc' }])).rejects.toThrow('the SHA256 checksum is');
    expect([existsSync(destination), existsSync(`${destination}.part`)]).toEqual([false, false]);
    const checksum = createHash('sha256').update('content').digest('hex');
    await rig.run('WebDownload', [{ ...inputs, checksum }]);
    requests.length = 0;
    await rig.run('WebDownload', [{ ...inputs, checksum }]);
    expect(requests).toEqual([]);
  });

  test('tries five times, and reports the status (D13)', async () => {
    answer = (_, response) => response.writeHead(503).end();
    await expect(rig.run('WebDownload', [{ source: `${url}/x`, destination: rig.path('x') }])).rejects.toThrow(
      'HTTP status 503',
    );
    expect(requests).toHaveLength(5);
  });
});

describe('S3Download and S3Upload', () => {
  test('download one object to a file (D13)', async () => {
    answer = (_, response) => response.end('object');
    await rig.run('S3Download', [{ source: 's3://bucket/path/to/app.zip', destination: rig.path('in/app.zip') }]);
    expect(readFileSync(rig.path('in/app.zip'), 'utf8')).toBe('object');
    expect(requests).toEqual(['GET /bucket/path/to/app.zip?x-id=GetObject']);
  });

  test('the actions refuse to overwrite if `overwrite` is false, with AWS’s message (D13)', async () => {
    writeFileSync(rig.path('there'), '');
    const inputs = [{ source: 's3://bucket/key', destination: rig.path('there'), overwrite: false }];
    await expect(rig.run('S3Download', inputs)).rejects.toThrow(
      'S3Download: File already exists and "overwrite" property for "destination" file is set to false. Cannot download.',
    );
  });

  test('download everything below a prefix (D13)', async () => {
    answer = (request, response) => {
      const keys = ['dir/a.txt', 'dir/sub/b.txt', 'dir/sub/'].map((key) => `<Contents><Key>${key}</Key></Contents>`);
      if (request.url?.includes('list-type=2')) response.end(`<ListBucketResult>${keys.join('')}</ListBucketResult>`);
      else response.end(request.url?.split('?')[0]);
    };
    await rig.run('S3Download', [{ source: 's3://bucket/dir/*', destination: rig.path('all') }]);
    expect(readFileSync(rig.path('all/sub/b.txt'), 'utf8')).toBe('/bucket/dir/sub/b.txt');
    expect(existsSync(rig.path('all/a.txt'))).toBe(true);
  });

  test('a refusal of S3 names the object and the reason (D13)', async () => {
    answer = (_, response) =>
      response
        .writeHead(404)
        .end('<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>');
    const inputs = [{ source: 's3://bucket/key', destination: rig.path('x') }];
    await expect(rig.run('S3Download', inputs)).rejects.toThrow(
      's3://bucket/key: NoSuchKey: The specified key does not exist.',
    );
  });

  test('upload a file, and a folder with recurse (D9)', async () => {
    answer = (request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        uploads.set(request.url?.split('?')[0] ?? '', body);
        response.end();
      });
    };
    mkdirSync(rig.path('out/sub'), { recursive: true });
    writeFileSync(rig.path('out/a.txt'), 'a');
    writeFileSync(rig.path('out/sub/b.txt'), 'b');
    await rig.run('S3Upload', [{ source: rig.path('out/a.txt'), destination: 's3://bucket/one' }]);
    await rig.run('S3Upload', [{ source: rig.path('out/*'), destination: 's3://bucket/flat/' }]);
    await rig.run('S3Upload', [{ source: rig.path('out/*'), destination: 's3://bucket/deep/', recurse: true }]);
    expect([...uploads.keys()]).toEqual([
      '/bucket/one',
      '/bucket/flat/a.txt',
      '/bucket/deep/a.txt',
      '/bucket/deep/sub/b.txt',
    ]);
  });
});
