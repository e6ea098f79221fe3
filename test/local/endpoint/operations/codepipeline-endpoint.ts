import { codePipelineOperations } from '../../../../local/endpoint/operations/codepipeline';
import { singleScope } from '../../../../local/endpoint/options';
import { type Endpoint, startEndpoint } from '../../../../local/endpoint/server';
import { service } from '../../../../local/endpoint/service';
import type { Principal } from '../../../../local/kernel/principal';
import type { CodePipeline } from '../../../../local/runtime/codepipeline/code-pipeline';
import type { Jobs } from '../../../../local/runtime/codepipeline/jobs';
import { type room, testScope } from '../../../rig/room';

export interface Behind {
  readonly kit: ReturnType<typeof room>;
  readonly pipelines: CodePipeline;
  readonly jobs: Jobs;
  /** Whoever asks is this one. */
  readonly principal: Principal;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** An endpoint that serves CodePipeline, and nothing else. */
export function codePipelineEndpoint({ kit, pipelines, jobs, principal, credentials }: Behind): Promise<Endpoint> {
  const load = () => import('@aws-sdk/client-codepipeline');
  return startEndpoint({
    ...kit,
    port: 0,
    credentials: () => ({ ...credentials, principal }),
    scope: singleScope(testScope),
    services: { codepipeline: service(load, codePipelineOperations(pipelines, jobs)) },
  });
}
