import { letsInvoke } from '../../../../local/runtime/lambda/permission';

const rule = 'arn:aws:events:eu-west-1:000000000000:rule/on-order';
const given = { Action: 'lambda:InvokeFunction', FunctionName: 'fn', Principal: 'events.amazonaws.com' };
const invokes = (changes: object) => letsInvoke({ ...given, ...changes }, 'events.amazonaws.com', rule);

test.each([{}, { SourceArn: rule }, { SourceArn: 'arn:aws:events:*:rule/on-*' }, { SourceAccount: '000000000000' }])(
  'a statement with %j permits the service to invoke',
  (changes) => expect(invokes(changes)).toBe(true),
);

test.each([
  { Principal: 'sns.amazonaws.com' },
  { Action: 'lambda:GetFunction' },
  { SourceArn: `${rule}-2` },
  { SourceArn: 'arn:aws:events:eu-west-1:000000000000:rule/on.order' },
  { SourceAccount: '111111111111' },
])('a statement with %j does not', (changes) => expect(invokes(changes)).toBe(false));
