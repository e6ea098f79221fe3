import { AwsError } from '../../kernel/failure';

/** AWS's message, as quoted in issue trackers: "The value supplied for parameter 'data' is not valid. …". */
export function notValid(parameter: string, why: string): AwsError {
  return new AwsError(
    'InvalidParameterValueException',
    `The value supplied for parameter '${parameter}' is not valid. ${why}`,
  );
}

export function alreadyExists(kind: string, arn: string): AwsError {
  return new AwsError('ResourceAlreadyExistsException', `The following resource '${kind}' already exists: '${arn}'.`);
}

export function notFound(kind: string, arn: string): AwsError {
  return new AwsError('ResourceNotFoundException', `${kind} with ARN '${arn}' cannot be found.`, 404);
}

export function dependedOn(arn: string): AwsError {
  return new AwsError(
    'ResourceDependencyException',
    `Resource dependency error: The resource ARN '${arn}' has other resources depended on it.`,
  );
}
