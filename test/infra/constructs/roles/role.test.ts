import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { regional } from '../../../../infra/constructs/roles/arn';
import { type Grant, passRole } from '../../../../infra/constructs/roles/grant';
import { grantedRole } from '../../../../infra/constructs/roles/role';
import { scratchApp } from '../../../rig/scratch-app';

function role(grants: Record<string, Grant>): Template {
  const stack = new Stack(scratchApp(), 'stack');
  grantedRole(stack, 'Role', { trusts: { service: 'lambda.amazonaws.com' }, description: 'A role', grants });
  return Template.fromStack(stack);
}

test('a role may do exactly what its grants list', () => {
  const [found] = Object.values(
    role({ Read: { actions: ['s3:GetObject'], on: [regional('s3', 'x')] } }).findResources('AWS::IAM::Role'),
  );
  expect(found?.['Properties']).toMatchObject({
    AssumeRolePolicyDocument: {
      Statement: [{ Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    Policies: [{ PolicyDocument: { Statement: [{ Sid: 'Read', Effect: 'Allow', Action: ['s3:GetObject'] }] } }],
  });
});

test.each<[string, Grant]>([
  ['on everything', { actions: ['s3:GetObject'] }],
  ['on a pattern', { actions: ['s3:GetObject'], on: [regional('s3', 'x/*')] }],
  ['to do a family of things', { actions: ['s3:Get*'], on: [regional('s3', 'x')] }],
])('a grant %s must give a reason', (_title, grant) => {
  expect(() => role({ Wide: grant })).toThrow('stack/Role: the grant Wide is wide, and gives no reason');
  expect(() => role({ Wide: { ...grant, because: 'It cannot be narrower.' } })).not.toThrow();
});

test('a PassRole grant names one role and one service', () => {
  expect(passRole('arn', 'ec2.amazonaws.com')).toEqual({
    actions: ['iam:PassRole'],
    on: ['arn'],
    when: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
  });
});
