import { arn, type Scope } from '../../kernel/arn';
import type { Build, Project } from './records';
import type { Workspace } from './workspace';

/**
 * Returns the complete environment of a build's shell. CodeBuild's own variables (B11) override all others: the prefix
 * `CODEBUILD_` is reserved (B7).
 */
export function buildEnvironment(of: {
  scope: Scope;
  build: Build;
  project: Project;
  workspace: Workspace;
  /** The way to the endpoint, with the service role's credentials. */
  access: Readonly<Record<string, string>>;
  variables: Readonly<Record<string, string>>;
}): Record<string, string> {
  // The machine determines the path of its programs, and the proxy to other machines.
  const access = Object.fromEntries(
    Object.entries(of.access).filter(([name]) => name !== 'PATH' && !/^(https?|no)_proxy$/i.test(name)),
  );
  const region = { AWS_REGION: of.scope.region, AWS_DEFAULT_REGION: of.scope.region };
  // A build that leads its SDKs elsewhere would reach AWS by accident.
  const aws = Object.fromEntries(Object.entries(access).filter(([name]) => name.startsWith('AWS_')));
  return { ...access, HOME: '/root', ...of.variables, ...aws, ...region, ...predefined(of) };
}

function predefined({
  scope,
  build,
  project,
  workspace,
}: Parameters<typeof buildEnvironment>[0]): Record<string, string> {
  const secondary = [...workspace.secondarySources].map(([name, { guest }]) => [`CODEBUILD_SRC_DIR_${name}`, guest]);
  return {
    CI: 'true',
    CODEBUILD_CI: 'true',
    CODEBUILD_BUILD_ARN: arn(scope, 'codebuild', `build/${build.id}`),
    CODEBUILD_BUILD_ID: build.id,
    CODEBUILD_BUILD_IMAGE: project.environment.image,
    CODEBUILD_BUILD_NUMBER: String(build.buildNumber),
    CODEBUILD_BUILD_SUCCEEDING: '1',
    CODEBUILD_INITIATOR: build.initiator,
    CODEBUILD_KMS_KEY_ID: project.encryptionKey ?? arn(scope, 'kms', 'alias/aws/s3'),
    CODEBUILD_LOG_PATH: build.logStream,
    CODEBUILD_PROJECT_ARN: arn(scope, 'codebuild', `project/${project.name}`),
    CODEBUILD_RESOLVED_SOURCE_VERSION: build.resolvedSourceVersion,
    CODEBUILD_SOURCE_REPO_URL: '',
    CODEBUILD_SOURCE_VERSION: build.sourceVersion,
    CODEBUILD_SRC_DIR: workspace.source.guest,
    CODEBUILD_START_TIME: String(Date.parse(build.startTime)),
    ...Object.fromEntries(secondary),
  };
}
