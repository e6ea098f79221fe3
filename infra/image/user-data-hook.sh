#!/bin/bash
# Tells the group that launched this server when it may serve, or at once that it cannot: the server waits at a hook.
# `ready.js` is part of the image. It waits until the service on this server has said for a
# while that it is ready, without a restart.
exec node /opt/app/ready.js group \
  --stable '${StableSeconds}' \
  --hook '${Hook}' \
  --port '${Port}' \
  --region '${AWS::Region}'
