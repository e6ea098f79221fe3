/** Requirements of a declared parameter type. */
export interface ParameterType {
  /** Type of each element: text, a number, or the id of something that must exist, by AWS's name for it. */
  readonly element: 'String' | 'Number' | AwsSpecificType;
  readonly list: boolean;
  /** True if the value names an SSM parameter that holds the real one. */
  readonly ssm: boolean;
}

const AWS_SPECIFIC_TYPES = [
  'AWS::EC2::AvailabilityZone::Name',
  'AWS::EC2::Image::Id',
  'AWS::EC2::Instance::Id',
  'AWS::EC2::KeyPair::KeyName',
  'AWS::EC2::SecurityGroup::GroupName',
  'AWS::EC2::SecurityGroup::Id',
  'AWS::EC2::Subnet::Id',
  'AWS::EC2::Volume::Id',
  'AWS::EC2::VPC::Id',
  'AWS::Route53::HostedZone::Id',
  'AWS::SSM::Parameter::Name',
] as const;

export type AwsSpecificType = (typeof AWS_SPECIFIC_TYPES)[number];

/** E24: returns the type with this name, or undefined if CloudFormation has none. */
export function parameterType(declared: string): ParameterType | undefined {
  const inSsm = /^AWS::SSM::Parameter::Value<(.+)>$/.exec(declared)?.[1];
  const plain = plainType(inSsm ?? declared);
  if (!plain) return undefined;
  return inSsm === undefined ? { ...plain, ssm: false } : ssmType(inSsm, plain);
}

/** SSM has no numbers; lists of texts are declared in a form that is not permitted elsewhere. */
function ssmType(inner: string, plain: Omit<ParameterType, 'ssm'>): ParameterType | undefined {
  return inner.includes('Number') || inner === 'AWS::SSM::Parameter::Name' ? undefined : { ...plain, ssm: true };
}

function plainType(declared: string): Omit<ParameterType, 'ssm'> | undefined {
  if (declared === 'String' || declared === 'Number') return { element: declared, list: false };
  if (declared === 'CommaDelimitedList' || declared === 'List<String>') return { element: 'String', list: true };
  if (declared === 'List<Number>') return { element: 'Number', list: true };
  const inList = /^List<(.+)>$/.exec(declared)?.[1];
  const element = AWS_SPECIFIC_TYPES.find((type) => type === (inList ?? declared));
  return element && { element, list: inList !== undefined };
}
