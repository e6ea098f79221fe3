import { dryRunnable } from '../../../../local/endpoint/operations/dry-run';
import { ec2Operations } from '../../../../local/endpoint/operations/ec2';
import { networkOperations } from '../../../../local/endpoint/operations/network';
import { testScope } from '../../../rig/room';

/** Fails wherever it is touched: no handler may be reached. */
const untouched = new Proxy({} as never, {
  get: () => untouched,
  apply: () => {
    throw new Error('done all the same');
  },
});
const operations = dryRunnable({ ...networkOperations(untouched), ...ec2Operations(untouched) });

test.each(Object.keys(operations).map((operation) => [operation]))('a dry run of %s changes nothing', (operation) => {
  const handler = operations[operation as keyof typeof operations] as (input: object, call: object) => unknown;
  expect(() => handler({ DryRun: true }, { scope: testScope })).toThrow(
    expect.objectContaining({
      code: 'DryRunOperation',
      status: 412,
      message: 'Request would have succeeded, but DryRun flag is set.',
    }),
  );
});

test('without DryRun the operation is executed', async () => {
  const asked: object[] = [];
  const { DescribeVpcs } = dryRunnable({ DescribeVpcs: (input) => void asked.push(input) as never });
  await DescribeVpcs?.({ DryRun: false, VpcIds: [] } as never, {} as never);
  expect(asked).toEqual([{ DryRun: false, VpcIds: [] }]);
});
