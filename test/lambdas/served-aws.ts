import type * as autoScaling from '@aws-sdk/client-auto-scaling';
import type * as cloudFormation from '@aws-sdk/client-cloudformation';
import type * as cloudWatch from '@aws-sdk/client-cloudwatch';
import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import type * as codeBuild from '@aws-sdk/client-codebuild';
import type * as codePipeline from '@aws-sdk/client-codepipeline';
import type * as ec2 from '@aws-sdk/client-ec2';
import type * as imageBuilder from '@aws-sdk/client-imagebuilder';
import type * as sns from '@aws-sdk/client-sns';
import type * as ssm from '@aws-sdk/client-ssm';
import type * as sts from '@aws-sdk/client-sts';
import type { Handlers } from '../../local/endpoint/handlers';
import { type Endpoint, startEndpoint } from '../../local/endpoint/server';
import { type ServiceDefinition, service } from '../../local/endpoint/service';
import { SystemClock } from '../../local/kernel/clock';
import { room } from '../rig/room';

export interface Answers {
  readonly autoscaling?: Handlers<typeof autoScaling>;
  readonly cloudformation?: Handlers<typeof cloudFormation>;
  readonly codebuild?: Handlers<typeof codeBuild>;
  readonly codepipeline?: Handlers<typeof codePipeline>;
  readonly ec2?: Handlers<typeof ec2>;
  readonly imagebuilder?: Handlers<typeof imageBuilder>;
  readonly logs?: Handlers<typeof logs>;
  readonly monitoring?: Handlers<typeof cloudWatch>;
  readonly sns?: Handlers<typeof sns>;
  readonly ssm?: Handlers<typeof ssm>;
  readonly sts?: Handlers<typeof sts>;
}

type JobAnswer =
  | { success: Omit<codePipeline.PutJobSuccessResultInput, 'jobId'> }
  | { failure: codePipeline.FailureDetails };

/** A key that anybody may use, and one for each session of a role. */
const SECRET = 'none';

/** AWS in its own protocols, each operation answered by the test; what CodePipeline is told is kept. */
export class ServedAws {
  /** Answers of the functions, in order. */
  readonly jobs: JobAnswer[] = [];
  /** Every call: `cloudformation.DescribeStacks by AKIA… in eu-west-1`. */
  readonly calls: string[] = [];
  private endpoint: Endpoint | undefined;

  constructor(private readonly answers: Answers) {}

  /** Listens, and points the SDK's clients here; call it before a function asks for the first time. */
  async start(): Promise<void> {
    const made = room(new SystemClock());
    this.endpoint = await startEndpoint({
      ...made,
      port: 0,
      credentials: (accessKeyId) => ({
        secretAccessKey: SECRET,
        principal: { kind: 'user', account: made.scope.account, arn: accessKeyId },
      }),
      scope: ({ region, principal, service: name }) => {
        this.calls.push(`${name} by ${principal.arn} in ${region}`);
        return { ...made.scope, region };
      },
      services: this.services(),
    });
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: this.endpoint.url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'the-function',
      AWS_SECRET_ACCESS_KEY: SECRET,
    });
  }

  async stop(): Promise<void> {
    await this.endpoint?.close();
  }

  /** The answer to the last job. */
  get last(): JobAnswer | undefined {
    return this.jobs.at(-1);
  }

  private services(): Record<string, ServiceDefinition> {
    const { answers } = this;
    return {
      autoscaling: service(() => import('@aws-sdk/client-auto-scaling'), answers.autoscaling ?? {}),
      cloudformation: service(() => import('@aws-sdk/client-cloudformation'), answers.cloudformation ?? {}),
      ec2: service(() => import('@aws-sdk/client-ec2'), answers.ec2 ?? {}),
      codebuild: service(() => import('@aws-sdk/client-codebuild'), answers.codebuild ?? {}),
      imagebuilder: service(() => import('@aws-sdk/client-imagebuilder'), answers.imagebuilder ?? {}),
      logs: service(() => import('@aws-sdk/client-cloudwatch-logs'), answers.logs ?? {}),
      monitoring: service(() => import('@aws-sdk/client-cloudwatch'), answers.monitoring ?? {}),
      sns: service(() => import('@aws-sdk/client-sns'), answers.sns ?? {}),
      ssm: service(() => import('@aws-sdk/client-ssm'), answers.ssm ?? {}),
      sts: service(() => import('@aws-sdk/client-sts'), answers.sts ?? {}),
      codepipeline: service(() => import('@aws-sdk/client-codepipeline'), this.jobAnswers()),
    };
  }

  private jobAnswers(): Handlers<typeof codePipeline> {
    return {
      ...this.answers.codepipeline,
      PutJobSuccessResult: ({ jobId: _, ...success }) => {
        this.jobs.push({ success });
        return {};
      },
      PutJobFailureResult: ({ failureDetails }) => {
        this.jobs.push({ failure: failureDetails! });
        return {};
      },
    };
  }
}

/** A session of a role, whose key bears the role's and the session's names. */
export const assumeRole: Handlers<typeof sts> = {
  AssumeRole: ({ RoleArn = '', RoleSessionName = '' }) => ({
    Credentials: {
      AccessKeyId: `${RoleArn.split('/').at(-1)}-as-${RoleSessionName}`,
      SecretAccessKey: SECRET,
      SessionToken: 'token',
      Expiration: new Date(Date.now() + 3_600_000),
    },
  }),
};
