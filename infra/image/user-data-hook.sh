#!/bin/bash
# Tells the group that launched this server when it may serve, or at once that it cannot: the server waits at a hook.
# `ready.js` is part of the image. It waits until the service on this server has said for a
# while that it is ready, without a restart.
# Which fleet the ends of the service are counted for.
printf 'FLEET_APPLICATION=%s\nFLEET_STACK=%s\nFLEET_REGION=%s\n' \
  '${Application}' '${AWS::StackName}' '${AWS::Region}' >/etc/app/fleet.env
exec node /opt/app/ready.js group \
  --stable '${StableSeconds}' \
  --hook '${Hook}' \
  --port '${Port}' \
  --region '${AWS::Region}'
