import { CfnParameter, Token } from 'aws-cdk-lib';
import { CfnParameter as CfnSsmParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { regional } from '../roles/arn';
import type { Grant } from '../roles/grant';

/** Publishes a value for other stacks under an SSM parameter's name; several values as a list. */
export function publish(
  scope: Construct,
  id: string,
  { name, value }: { name: string; value: string | string[] },
): void {
  const list = Array.isArray(value);
  new CfnSsmParameter(scope, id, { name, type: list ? 'StringList' : 'String', value: list ? value.join(',') : value });
}

/** Returns a value that another stack has published. CloudFormation reads it each time it deploys this stack (E24). */
export function publishedText(scope: Construct, id: string, parameterName: string): string {
  return read(scope, id, { type: 'AWS::SSM::Parameter::Value<String>', default: parameterName }).valueAsString;
}

/** As `publishedText`, a list. */
export function publishedList(scope: Construct, id: string, parameterName: string): string[] {
  const parameter = read(scope, id, { type: 'AWS::SSM::Parameter::Value<List<String>>', default: parameterName });
  return Token.asList(parameter.value);
}

/** Reading these parameters, as CloudFormation does when it deploys a template that has them. */
export function readPublished(parameterNames: readonly string[]): Grant {
  return { actions: ['ssm:GetParameters'], on: parameterNames.map((name) => regional('ssm', `parameter${name}`)) };
}

function read(scope: Construct, id: string, props: { type: string; default: string }): CfnParameter {
  return new CfnParameter(scope, id, { ...props, description: 'Published by a stack that a person deploys.' });
}
