#!/bin/bash
# Tells the group that launched this server when it may serve, or at once that it cannot: the server waits at a hook.
# `ready.js` is part of the image. It waits until the service on this server says that it is ready.
exec node /opt/app/ready.js group \
  --hook '${Hook}' \
  --port '${Port}' \
  --region '${AWS::Region}'
