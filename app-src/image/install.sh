#!/bin/bash
# Installs the application into the image: install.sh VERSION COMMIT (as root, while the image is baked).
# Everything that an instance needs to serve is put in place here; nothing is fetched when it boots.
set -euo pipefail

version=${1:?the image version}
commit=${2:?the commit id}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

id app >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin app

install -d -m 0755 /opt/app /etc/app
install -m 0644 "$here/server.js" "$here/ready.js" /opt/app/
install -m 0644 "$here/app.service" "$here/app-ended.service" /etc/systemd/system/
printf 'IMAGE_VERSION=%s\nCOMMIT_ID=%s\n' "$version" "$commit" >/etc/app/image.env
chmod 0644 /etc/app/image.env

systemctl enable app.service
