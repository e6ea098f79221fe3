import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, SystemClock } from '../../../../local/kernel/clock';
import { AwsError } from '../../../../local/kernel/failure';
import { CodeBuild } from '../../../../local/runtime/codebuild/codebuild';
import type { Machines } from '../../../../local/runtime/codebuild/machines';
import type { ProjectSpec } from '../../../../local/runtime/codebuild/projects';
import { room } from '../../../rig/room';
import { HostMachines } from './host-machines';

export type BuildRig = ReturnType<typeof buildRig>;

/** CodeBuild with everything it needs, in memory and below one temporary directory. */
export function buildRig(options: { clock?: Clock; machines?: Machines } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'codebuild-'));
  const parts = room<Clock>(options.clock ?? new SystemClock());
  const machines = new HostMachines();
  const objects = new Map<string, Buffer>();
  const lines: string[] = [];
  const make = () =>
    new CodeBuild({
      ...parts,
      directory,
      machines: options.machines ?? machines,
      objects: {
        read(bucket, key) {
          const body = objects.get(`${bucket}/${key}`);
          if (!body) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
          return body;
        },
        write(bucket, key, body) {
          objects.set(`${bucket}/${key}`, Buffer.from(body));
          return { versionId: 'null', eTag: '' };
        },
      },
      logs: { write: (_group, _stream, messages) => void lines.push(...messages) },
      parameters: { value: (name) => (name === '/app/token' ? 's3cret' : undefined) },
      roles: {
        assume: (roleArn) => {
          if (roleArn.endsWith('/denied')) throw new AwsError('AccessDenied', 'no trust', 403);
          return { accessKeyId: 'ASIATEST', secretAccessKey: 'secret', sessionToken: 'token' };
        },
        roleOfInstanceProfile: () => undefined,
      },
      access: {
        url: 'http://127.0.0.1:1',
        port: 1,
        region: 'eu-west-1',
        environment: (credentials) => ({
          PATH: '/nowhere',
          AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
          AWS_ACCESS_KEY_ID: credentials?.accessKeyId ?? '',
        }),
      },
    });
  const codeBuild = make();
  return {
    ...parts,
    directory,
    machines,
    objects,
    /** Every line of every log. */
    lines,
    codeBuild,
    /** Another one over the same state, as after a restart. */
    again: make,
    async end() {
      await codeBuild.stop();
      parts.store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A project for a pipeline; its buildspec is the source's. */
export function projectSpec(changes: Partial<ProjectSpec> = {}): ProjectSpec {
  return {
    name: 'app',
    serviceRole: 'arn:aws:iam::000000000000:role/build',
    source: { type: 'CODEPIPELINE' },
    artifacts: { type: 'CODEPIPELINE' },
    environment: {
      type: 'LINUX_CONTAINER',
      image: 'aws/codebuild/standard:7.0',
      computeType: 'BUILD_GENERAL1_SMALL',
      variables: [],
    },
    cache: { type: 'NO_CACHE', modes: [] },
    timeoutInMinutes: 60,
    queuedTimeoutInMinutes: 480,
    logs: { enabled: true, group: '/aws/codebuild/app' },
    tags: {},
    ...changes,
  };
}
