import { AwsError } from '../../../local/kernel/failure';
import { assumedRole } from '../../../local/kernel/principal';
import { type Desk, desk, items, obedient, request, someone, told } from './desk';

const one = items({ A: {} });

describe('a request that can be refused is refused before anything is changed', () => {
  test.each([
    ['a type', { A: { Type: 'AWS::EC2::VPNGateway' } }, 'Resource type AWS::EC2::VPNGateway (resource A)'],
    ['a property', { A: { Properties: { Colour: 1 } } }, 'Property Colour of Test::Desk::Item (resource A)'],
    [
      'a value',
      { A: { Properties: { Value: 'impossible' } } },
      'Test::Desk::Item (resource A) with Value: impossible things',
    ],
    ['a policy', { A: { DeletionPolicy: 'Snapshot' } }, 'DeletionPolicy Snapshot (resource A)'],
    [
      'an update policy',
      { A: { UpdatePolicy: { AutoScalingReplacingUpdate: { WillReplace: true } } } },
      'UpdatePolicy AutoScalingReplacingUpdate (resource A)',
    ],
  ])('a request is refused, by name, for %s that is not supported here', async (_, resources, what) => {
    const at = desk();
    await expect(at.engine.create(request(items({ Fine: {}, ...resources })))).rejects.toMatchObject({
      code: 'NotSupportedLocally',
      message: `${what} is not supported by the local runtime.`,
    });
    expect(at.providers.calls).toEqual([]);
    expect(at.engine.describe('desk')).toBeUndefined();
  });

  test('a reference to an attribute that the type does not have is refused', async () => {
    const template = items({ A: {}, B: { Properties: { Value: { 'Fn::GetAtt': ['A', 'Colour'] } } } });
    await expect(desk().engine.create(request(template))).rejects.toThrow(/A does not support attribute type Colour/);
  });

  test('a resource whose condition is false is not validated', async () => {
    const at = desk({ answer: obedient });
    const template = items(
      { A: {}, Never: { Type: 'AWS::EC2::VPNGateway', Condition: 'No' } },
      { Conditions: { No: { 'Fn::Equals': [1, 2] } } },
    );
    expect((await at.engine.create(request(template))).status).toBe('CREATE_COMPLETE');
  });

  test('capabilities that were not acknowledged are refused (E30)', async () => {
    const template = items({ R: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'x' } } });
    await expect(desk().engine.create(request(template))).rejects.toMatchObject({
      code: 'InsufficientCapabilitiesException',
      message: 'Requires capabilities : [CAPABILITY_NAMED_IAM]',
    });
  });

  test('a creation of an existing stack, an update of a missing one, and an update without changes are refused (E6)', async () => {
    const at = desk({ answer: obedient });
    await expect(at.engine.update(request(one))).rejects.toThrow('Stack [desk] does not exist');
    await at.engine.create(request(one));
    await expect(at.engine.create(request(one))).rejects.toMatchObject({
      code: 'AlreadyExistsException',
      message: 'Stack [desk] already exists',
    });
    await expect(at.engine.update(request(one))).rejects.toMatchObject({
      code: 'ValidationError',
      message: 'No updates are to be performed.',
    });
  });

  test('a change of a resource’s type is refused', async () => {
    const at = desk({ answer: obedient });
    await at.engine.create(request(one));
    await expect(at.engine.update(request(items({ A: { Type: 'Test::Desk::Stone' } })))).rejects.toThrow(
      'Update of resource type is not permitted. The new template modifies resource type of the following resources: [A]',
    );
  });
});

test('a repeated request with the same token is executed once', async () => {
  const at = desk({ answer: obedient });
  const [first, second] = [0, 1].map(() => at.engine.startCreate(request(one, { clientRequestToken: 'token' })));
  expect(second?.stackId).toBe(first?.stackId);
  await first?.done;
  expect(at.providers.names).toEqual(['create A']);
  const again = at.engine.startCreate(request(one, { clientRequestToken: 'token' }));
  expect((await again.done).status).toBe('CREATE_COMPLETE');
  expect(at.engine.queries.events('desk').every((event) => event.clientRequestToken === 'token')).toBe(true);
});

describe('the service role (E7)', () => {
  const roleArn = 'arn:aws:iam::000000000000:role/deployer';

  test('is the principal of providers in this and all later operations, by any caller', async () => {
    const at = desk({ answer: obedient });
    await at.engine.create(request(one, { roleArn }));
    await at.engine.delete('desk', someone);
    const expected = assumedRole(roleArn, 'AWSCloudFormation');
    expect(at.providers.calls.map(({ ctx }) => ctx.principal)).toEqual([expected, expected]);
  });

  test('is refused before anything is changed if it cannot be assumed', async () => {
    const assumeRole = () => {
      throw new AwsError('AccessDenied', 'no');
    };
    const at = desk({ engine: { assumeRole } });
    await expect(at.engine.create(request(one, { roleArn }))).rejects.toMatchObject({
      code: 'ValidationError',
      message: `Role ${roleArn} is invalid or cannot be assumed`,
    });
    expect(at.engine.describe('desk')).toBeUndefined();
  });

  test('defaults to the caller as the principal of providers', async () => {
    const at = desk({ answer: obedient });
    await at.engine.create(request(one));
    expect(at.providers.calls[0]?.ctx.principal).toEqual(someone);
  });
});

describe('parameters and outputs', () => {
  test('SSM values are read again at every operation, from the stored parameter name (E24)', async () => {
    const at = desk({ answer: obedient });
    const template = items(
      { A: { Properties: { Value: { Ref: 'Image' } } } },
      { Parameters: { Image: { Type: 'AWS::SSM::Parameter::Value<String>' } } },
    );
    at.parameters.set('/image', 'ami-1');
    await at.engine.create(request(template, { parameters: { Image: '/image' } }));
    at.parameters.set('/image', 'ami-2');
    await at.engine.update({ ...request(template), parameters: [{ key: 'Image', previous: true }] });
    expect(at.providers.calls.map(({ properties }) => properties['Value'])).toEqual(['ami-1', 'ami-2']);
  });

  test('a NoEcho value reaches the provider, and no event (E25)', async () => {
    const at = desk({ answer: obedient });
    const template = items(
      { A: { Properties: { Value: { Ref: 'Password' } } } },
      { Parameters: { Password: { Type: 'String', NoEcho: true } } },
    );
    await at.engine.create(request(template, { parameters: { Password: 'hunter2' } }));
    expect(at.providers.calls[0]?.properties).toEqual({ Value: 'hunter2' });
    const shown = at.engine.queries.events('desk').flatMap(({ properties }) => properties ?? []);
    expect(new Set(shown)).toEqual(new Set(['{"Value":"****"}']));
  });

  test('outputs are those of the last successful operation (E29)', async () => {
    const at = desk({ answer: ({ logicalId }) => (logicalId === 'Bad' ? { fails: 'no room' } : 'succeeds') });
    const output = (value: string) => ({ Outputs: { Version: { Value: value } } });
    await at.engine.create(request(items({ A: {} }, output('1'))));
    const ended = await at.engine.update(request(items({ A: {}, Bad: {} }, output('2'))));
    expect(ended).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', outputs: { Version: '1' } });
  });

  test('stack tags are passed to providers, and kept if an update has none', async () => {
    const at = desk({ answer: obedient });
    await at.engine.create(request(one, { tags: { team: 'red' } }));
    await at.engine.update(request(items({ A: { Properties: { Value: 1 } } })));
    expect(at.providers.calls.map(({ ctx }) => ctx.stackTags)).toEqual([{ team: 'red' }, { team: 'red' }]);
  });
});

describe('exports (E28)', () => {
  const exporting = (value: string) =>
    items({ A: {} }, { Outputs: { O: { Value: value, Export: { Name: 'shared' } } } });
  const importing = items({ B: { Properties: { Value: { 'Fn::ImportValue': 'shared' } } } });

  async function shared(): Promise<Desk> {
    const at = desk({ answer: obedient });
    await at.engine.create(request(exporting('1')));
    await at.engine.create(request(importing, { stackName: 'user' }));
    return at;
  }

  test('can be imported, and are listed with their importing stacks', async () => {
    const at = await shared();
    expect(at.providers.calls.at(-1)?.properties).toEqual({ Value: '1' });
    expect(at.engine.queries.exports()).toMatchObject([{ name: 'shared', value: '1', stackName: 'desk' }]);
    expect(at.engine.queries.importers('shared')).toEqual(['user']);
  });

  test('cannot change while they are imported, and the update is rolled back', async () => {
    const at = await shared();
    const ended = await at.engine.update(request(exporting('2')));
    expect(ended).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', outputs: { O: '1' } });
    expect(told(at)).toContain(
      'desk UPDATE_ROLLBACK_IN_PROGRESS: Export shared cannot be updated as it is in use by user. ',
    );
  });

  test('prevent the deletion of their stack while they are imported', async () => {
    const at = await shared();
    await expect(at.engine.delete('desk', someone)).rejects.toThrow(
      'Export shared cannot be deleted as it is in use by user',
    );
    await at.engine.delete('user', someone);
    await at.engine.delete('desk', someone);
    expect(at.engine.queries.exports()).toEqual([]);
  });

  test('are unique', async () => {
    const at = await shared();
    const ended = await at.engine.create(request(exporting('1'), { stackName: 'other' }));
    expect(ended.status).toBe('ROLLBACK_COMPLETE');
    expect(told(at, 'other').join()).toContain('Export with name shared is already exported by stack desk. ');
  });
});

test('a stack with termination protection cannot be deleted', async () => {
  const at = desk({ answer: obedient });
  await at.engine.create(request(one, { terminationProtection: true }));
  await expect(at.engine.delete('desk', someone)).rejects.toThrow(
    'Stack [desk] cannot be deleted while TerminationProtection is enabled',
  );
  at.engine.setTerminationProtection('desk', false);
  await at.engine.delete('desk', someone);
});

test('a failed deletion rejects, and a deletion of a missing stack does not', async () => {
  const at = desk({ answer: ({ verb }) => (verb === 'delete' ? { fails: 'in use' } : 'succeeds') });
  await at.engine.create(request(one));
  await expect(at.engine.delete('desk', someone)).rejects.toThrow(
    /DELETE_FAILED: The following resource\(s\) failed to delete: \[A\]/,
  );
  await at.engine.delete('nothing', someone);
});

test('physical names are STACK-LOGICALID-RANDOM, cut to the maximum length of the type', async () => {
  const at = desk({ answer: obedient });
  await at.engine.create(request(items({ ALongLogicalId: {} })));
  const { ctx } = at.providers.calls[0]!;
  expect(ctx.physicalName()).toMatch(/^desk-ALongLogicalId-[A-Z0-9]{12}$/);
  expect(ctx.physicalName({ length: 31, lowerCase: true })).toMatch(/^desk-alonglogicali-[a-z0-9]{12}$/);
});
