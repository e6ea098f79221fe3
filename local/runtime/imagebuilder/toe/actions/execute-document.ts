import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ActionContext, StepAction } from '../action';
import { sdk } from '../aws-clients';

/** Runs another document: a local file, an S3 object, or a component's build version (D12). */
export const executeDocument: StepAction = async (input, context) => {
  const source = input.text('document');
  const phases = input.optional('phases');
  return context.nested({
    source: /^(s3:|arn:)/.test(source) ? source : resolve(source),
    document: await read(source, input.optional('document-s3-bucket-owner'), context),
    ...(phases ? { phases: phases.split(',').map((phase) => phase.trim()) } : {}),
    parameters: input.pairs('parameters'),
  });
};

async function read(source: string, owner: string | undefined, context: ActionContext): Promise<string> {
  if (source.startsWith('s3://')) {
    const { GetObjectCommand } = sdk.s3();
    const [bucket, ...key] = source.slice('s3://'.length).split('/');
    const command = new GetObjectCommand({ Bucket: bucket, Key: key.join('/'), ExpectedBucketOwner: owner });
    const object = await (await context.aws.s3()).send(command, { abortSignal: context.signal });
    return (await object.Body?.transformToString()) ?? '';
  }
  if (source.startsWith('arn:')) {
    const { GetComponentCommand } = sdk.imageBuilder();
    const command = new GetComponentCommand({ componentBuildVersionArn: source });
    const { component } = await (await context.aws.imageBuilder()).send(command, { abortSignal: context.signal });
    return component?.data ?? '';
  }
  if (!existsSync(source)) throw new Error(`the document ${source} does not exist`);
  return readFileSync(source, 'utf8');
}
