import { NotSupportedLocally } from '../kernel/failure';
import type { Environment, Json } from './template';

/** E27: values of `Ref` for the names that every template has. `AWS::NoValue` removes the value. */
export const PSEUDO_PARAMETERS: Readonly<Record<string, (environment: Environment) => Json | undefined>> = {
  'AWS::AccountId': ({ scope }) => scope.account,
  'AWS::NotificationARNs': ({ notificationArns }) => [...(notificationArns ?? [])],
  'AWS::NoValue': () => undefined,
  'AWS::Partition': ({ scope }) => scope.partition,
  'AWS::Region': ({ scope }) => scope.region,
  'AWS::StackId': ({ stackId }) => stackId,
  'AWS::StackName': ({ stackName }) => stackName,
  'AWS::URLSuffix': ({ scope }) => urlSuffix(scope.partition),
};

const URL_SUFFIXES: Readonly<Record<string, string>> = {
  aws: 'amazonaws.com',
  'aws-us-gov': 'amazonaws.com',
  'aws-cn': 'amazonaws.com.cn',
};

function urlSuffix(partition: string): string {
  const suffix = URL_SUFFIXES[partition];
  if (!suffix) throw new NotSupportedLocally(`AWS::URLSuffix of the partition ${partition}`);
  return suffix;
}
