import * as names from '../../infra/names';

const APPLICATIONS = ['greeter', 'greeter-a', 'greeter-a-b', 'greeter-dev', 'greeter-fleet'];
const ENVIRONMENTS = ['a', 'b', 'a-b', 'b-a', 'a-b-a', 'dev', 'fleet', 'environment', 'deploy', 'pipeline'];

/** Everything of an application that an account and region know by its name. */
function namesOf(application: string): { stacks: string[]; roles: string[]; others: string[] } {
  const each = <T>(some: (environment: string) => T[]) => ENVIRONMENTS.flatMap(some);
  return {
    stacks: [
      names.repositoryStackName(application),
      names.pipelineStackName(application),
      names.imageStackName(application),
      ...each((environment) => [
        names.environmentStackName(application, environment),
        names.fleetStackName(application, environment),
      ]),
    ],
    roles: [
      names.pipelineRoleName(application),
      names.functionName(application, 'prepare-deployment'),
      ...each((environment) =>
        (['deploy', 'roll', 'prepare', 'look'] as const).map((purpose) =>
          names.environmentRoleName(application, environment, purpose),
        ),
      ),
    ],
    others: [
      names.runsTopicName(application),
      ...each((environment) => [
        names.approvalsTopicName(application, environment),
        names.alarmName(application, environment, 'errors'),
        names.alarmName(application, environment, 'unhealthy-hosts'),
      ]),
    ],
  };
}

test.each(['stacks', 'roles', 'others'] as const)(
  'two applications, or two environments, never have a %s of the same name',
  (kind) => {
    const all = APPLICATIONS.flatMap((application) => namesOf(application)[kind]);
    expect(all.length).toBeGreaterThan(50);
    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
  },
);

test('the longest name of a role has at most the 64 characters that IAM accepts', () => {
  const [application, environment] = ['a'.repeat(32), 'aa-b-c-d-e-f-g-h'];
  const lengths = (['deploy', 'roll', 'prepare', 'look'] as const).map(
    (purpose) => names.environmentRoleName(application, environment, purpose).length,
  );
  expect(Math.max(...lengths)).toBe(64);
});
