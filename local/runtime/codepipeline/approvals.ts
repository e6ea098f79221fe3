import type { Scope } from '../../kernel/arn';
import type { Cancel, Clock } from '../../kernel/clock';
import { isAwsError, messageOf } from '../../kernel/failure';
import type { Ids } from '../../kernel/ids';
import type { Topics } from '../../kernel/ports';
import { ActionFailed, type ActionRequest, type ActionResult, type ActionRunner } from './actions/action';
import type { Approval } from './execution';

export interface ApprovalsOptions {
  readonly scope: Scope;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly topics: Topics;
}

export interface ApprovalAnswer {
  readonly status: 'Approved' | 'Rejected';
  readonly summary: string;
  /** The ARN of the person who answers. */
  readonly by: string;
}

interface Waiting {
  settle(outcome: ActionResult | ActionFailed): void;
  cancelExpiry: Cancel;
}

/** A57: seven days. */
const DEFAULT_TIMEOUT_MINUTES = 7 * 24 * 60;
/** People read at their own pace, at any time scale. */
const TIMEOUT_FLOOR_MS = 60_000;
/** Longest part of a name in the subject of a notification. */
const SUBJECT_NAME_LENGTH = 24;

/** Manual approvals (A57): each waits for a person, or for the end of its time. */
export class Approvals {
  private readonly waiting = new Map<string, Waiting>();

  constructor(private readonly options: ApprovalsOptions) {}

  /** Asks, unless the question was asked before the runtime was started again, and waits for the answer. */
  readonly run: ActionRunner = async (request) => this.wait(request.approval ?? this.ask(request));

  /** Ends the waiting with a person's answer. Without a summary, CodePipeline names the person. */
  answer(token: string, { status, summary, by }: ApprovalAnswer): void {
    const text = summary || `${status} by ${by}`;
    const shown = { externalId: token, summary: text, updatedBy: by };
    this.waiting.get(token)?.settle(status === 'Approved' ? shown : new ActionFailed('JobFailed', text, shown));
  }

  /** Forgets an approval that was abandoned. */
  forget(token: string): void {
    this.waiting.get(token)?.cancelExpiry();
    this.waiting.delete(token);
  }

  /** Ends the waiting; the question stays stored. */
  stop(): void {
    for (const token of [...this.waiting.keys()]) this.forget(token);
  }

  private ask(request: ActionRequest): Approval {
    const { clock, ids } = this.options;
    const milliseconds = (request.action.timeoutInMinutes ?? DEFAULT_TIMEOUT_MINUTES) * 60_000;
    const time = Math.max(milliseconds / clock.scale, Math.min(TIMEOUT_FLOOR_MS, milliseconds));
    const approval = { token: ids.uuid(), expiresAt: new Date(clock.now().getTime() + time).toISOString() };
    request.progress({ approval, externalId: approval.token });
    this.notify(request, approval);
    return approval;
  }

  private wait({ token, expiresAt }: Approval): Promise<ActionResult> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: ActionResult | ActionFailed) => {
        this.forget(token);
        if (outcome instanceof ActionFailed) reject(outcome);
        else resolve(outcome);
      };
      const waiting: Waiting = { settle, cancelExpiry: () => {} };
      this.waiting.set(token, waiting);
      this.awaitExpiry(waiting, expiresAt);
    });
  }

  /** In steps: a timer takes less than the longest time that an approval may have. */
  private awaitExpiry(waiting: Waiting, expiresAt: string): void {
    const { clock } = this.options;
    waiting.cancelExpiry = clock.limit(Date.parse(expiresAt) - clock.now().getTime(), () => {
      if (clock.now().getTime() < Date.parse(expiresAt)) return this.awaitExpiry(waiting, expiresAt);
      waiting.settle(new ActionFailed('JobFailed', `The approval request expired at ${expiresAt} without a response.`));
    });
  }

  /** Notifies the topic in the recorded form of AWS's notifications. */
  private notify(request: ActionRequest, approval: Approval): void {
    const topicArn = request.configuration['NotificationArn'];
    if (topicArn === undefined) return;
    const subject = `APPROVAL NEEDED: AWS CodePipeline ${short(request.pipeline)} for action ${short(request.action.name)}`;
    try {
      this.options.topics.publish(topicArn, { subject, message: JSON.stringify(this.notification(request, approval)) });
    } catch (error) {
      const denied = isAwsError(error, 'AuthorizationError', 'AccessDenied');
      const code = denied ? 'PermissionError' : 'ConfigurationError';
      throw new ActionFailed(code, `The approval could not be published to ${topicArn}: ${messageOf(error)}`);
    }
  }

  private notification({ pipeline, stage, action, configuration }: ActionRequest, approval: Approval): object {
    const { region } = this.options.scope;
    const consoleLink = `https://console.aws.amazon.com/codesuite/codepipeline/pipelines/${pipeline}/view?region=${region}`;
    return {
      region,
      consoleLink,
      approval: {
        pipelineName: pipeline,
        stageName: stage,
        actionName: action.name,
        token: approval.token,
        expires: `${approval.expiresAt.slice(0, 16)}Z`,
        externalEntityLink: configuration['ExternalEntityLink'] ?? null,
        approvalReviewLink: `${consoleLink}#/${stage}/${action.name}/approve/${approval.token}`,
        customData: configuration['CustomData'] ?? null,
      },
    };
  }
}

function short(name: string): string {
  return name.length > SUBJECT_NAME_LENGTH ? `${name.slice(0, SUBJECT_NAME_LENGTH)}...` : name;
}
