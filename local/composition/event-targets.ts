import { AwsError } from '../kernel/failure';
import type { CodePipeline } from '../runtime/codepipeline/code-pipeline';
import { type Deliver, payloadOf } from '../runtime/events/event-bridge';
import type { Functions } from '../runtime/lambda/functions';
import type { Sns } from '../runtime/sns/sns';

type InvokedFunctions = Pick<Functions, 'invokeAsync' | 'permits'>;

/** Rooms that are created after the event bus, and are looked up when an event arrives. */
interface TargetRooms {
  readonly topics: Pick<Sns, 'permits' | 'publish'>;
  functions(): InvokedFunctions;
  pipelines(): { start(...message: Parameters<CodePipeline['start']>): unknown };
}

/** Returns the targets of EventBridge rules. */
export function eventTargets(rooms: TargetRooms): Record<'codepipeline' | 'lambda' | 'sns', Deliver> {
  const service = 'events.amazonaws.com';
  const invoke = invokeFor(rooms.functions, service);
  return {
    codepipeline({ arn }, _event, rule) {
      rooms.pipelines().start(arn.split(':').at(-1) ?? '', { trigger: 'CloudWatchEvent', detail: rule.arn });
    },
    lambda: (target, event, rule) => invoke(target.arn, JSON.parse(payloadOf(target, event)), rule.arn),
    sns(target, event) {
      if (!rooms.topics.permits(target.arn, service)) {
        throw new AwsError('AuthorizationErrorException', `the topic's policy does not let ${service} publish to it`);
      }
      rooms.topics.publish(target.arn, { message: payloadOf(target, event) });
    },
  };
}

/** Invokes a function as a service: its own policy must let the service, on behalf of the resource named by `source`. */
export function invokeFor(functions: () => InvokedFunctions, service: string) {
  return (functionArn: string, event: unknown, source: string): void => {
    if (!functions().permits(functionArn, service, source)) {
      const message = `the function's policy does not let ${service} invoke it for ${source}`;
      throw new AwsError('AccessDeniedException', message, 403);
    }
    functions().invokeAsync(functionArn, event);
  };
}
