#!/bin/bash
# Tells CloudFormation when this server serves, or at once that it cannot: the update waits for it.
# `ready.js` is part of the image. It waits until the load balancer finds this server healthy,
# and its service has run for a while without a restart.
# Which fleet the ends of the service are counted for.
printf 'FLEET_APPLICATION=%s\nFLEET_STACK=%s\nFLEET_REGION=%s\n' \
  '${Application}' '${AWS::StackName}' '${AWS::Region}' >/etc/app/fleet.env
exec node /opt/app/ready.js fleet \
  --stack '${AWS::StackId}' \
  --resource '${Resource}' \
  --stable '${StableSeconds}' \
  --target-group '${TargetGroupArn}' \
  --hook '${Hook}' \
  --port '${Port}' \
  --region '${AWS::Region}'
