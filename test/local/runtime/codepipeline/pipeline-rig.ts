import type { AlarmState } from '../../../../local/kernel/ports';
import type { ActionRequest, ActionResult } from '../../../../local/runtime/codepipeline/actions/action';
import { ActionFailed } from '../../../../local/runtime/codepipeline/actions/action';
import { CodePipeline } from '../../../../local/runtime/codepipeline/code-pipeline';
import type { PipelineDefinition } from '../../../../local/runtime/codepipeline/definition';
import { ruleRunners } from '../../../../local/runtime/codepipeline/rules/rule-runners';
import { room } from '../../../rig/room';
import { action, pipeline, rolesTrusting, source } from './pipelines';

interface Held {
  readonly request: ActionRequest;
  succeed(result?: ActionResult): Promise<void>;
  fail(message: string): Promise<void>;
}

interface Published {
  readonly detailType: string;
  readonly detail: Record<string, unknown>;
}

/** Runs everything that was started. */
export const settled = async () => {
  for (let round = 0; round < 5; round++) await new Promise((resolve) => setImmediate(resolve));
};

/** A pipeline whose actions end when the test says so. Source actions end automatically, with commit `c<number>`. */
export function rig(definition: PipelineDefinition = pipeline([source], [action('Compile')], [action('Deploy')])) {
  const kit = room();
  const held: Held[] = [];
  const published: Published[] = [];
  const notified: { topicArn: string; subject?: string; message: string }[] = [];
  const roles = rolesTrusting();
  const stored = new Map<string, Buffer>();
  const objects = {
    read: (bucket: string, key: string) => stored.get(`${bucket}/${key}`) ?? Buffer.from(`${bucket}/${key}`),
    write(bucket: string, key: string, body: Uint8Array) {
      stored.set(`${bucket}/${key}`, Buffer.from(body));
      return { versionId: 'null', eTag: '' };
    },
  };
  let commits = 0;
  const hold = (request: ActionRequest) =>
    new Promise<ActionResult>((resolve, reject) => {
      held.push({
        request,
        succeed(result = {}) {
          resolve(result);
          return settled();
        },
        fail(message) {
          reject(new ActionFailed('JobFailed', message));
          return settled();
        },
      });
    });
  const fetch = async (): Promise<ActionResult> => {
    const commitId = `c${++commits}`;
    return {
      outputVariables: { CommitId: commitId },
      revision: { artifact: 'Source', revisionId: commitId, summary: 'subject', createdAt: '2026-01-01T00:00:00Z' },
    };
  };
  const alarms = new Map<string, AlarmState>();
  const options = {
    ...kit,
    roles,
    objects,
    rules: ruleRunners({ ...kit, lambda: hold, alarms: { state: (name) => alarms.get(name) } }),
    runners: { CodeCommit: fetch, CodeBuild: hold },
    events: { publish: (event: object) => void published.push(event as Published) },
    topics: {
      publish(topicArn: string, message: { subject?: string; message: string }) {
        notified.push({ topicArn, ...message });
        return 'message-1';
      },
    },
  };
  const pipelines = new CodePipeline(options);
  pipelines.put(definition);
  const start = async () => {
    const { id } = pipelines.start('app', { trigger: 'StartPipelineExecution', detail: 'test' });
    await settled();
    return id;
  };
  const status = (id: string) => pipelines.records.execution('app', id).status;
  const running = () => held.map(({ request }) => `${request.action.name} of ${request.executionId}`);
  /** Takes the held action of that name, for the test to end it. */
  const take = (name: string, id: string) => {
    const index = held.findIndex(({ request }) => request.action.name === name && request.executionId === id);
    const [found] = held.splice(index, index < 0 ? 0 : 1);
    if (!found) throw new Error(`${name} of ${id} is not running; running: ${running().join(', ')}`);
    return found;
  };
  return { ...kit, options, pipelines, start, status, take, running, published, notified, alarms, roles, stored };
}
