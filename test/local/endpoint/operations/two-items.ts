/** A template with a parameter of each kind, two resources and outputs. */
export const template = `
Description: Two items
Parameters:
  Size: { Type: Number, Default: 2 }
  Password: { Type: String, NoEcho: true, Default: hunter2 }
Resources:
  A:
    Type: Test::Desk::Item
    Metadata: { made: by hand }
    Properties: { Value: !Ref Size }
  B:
    Type: Test::Desk::Item
    Properties: { Value: !GetAtt A.Arn }
Outputs:
  Item: { Value: !Ref A, Description: the first, Export: { Name: item } }
`;
