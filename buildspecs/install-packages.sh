#!/bin/bash
# Gives FOLDER its node_modules: install-packages.sh FOLDER [npm option ...]
# The packages live in the build's cache, and are installed anew only when the lock file, the options or Node.js differ
# from what they were installed with. (A cached node_modules itself would be a link, which npm replaces.)
set -euo pipefail

folder=$1
shift
cache=$PWD/build-cache/packages

wanted=$({ node --version; echo "$@"; cat "$folder/package.json" "$folder/package-lock.json"; } | sha256sum)
if [ "$(cat "$cache/installed" 2>/dev/null || true)" != "$wanted" ]; then
  rm -rf "$cache"
  mkdir -p "$cache"
  cp "$folder/package.json" "$folder/package-lock.json" "$cache/"
  (cd "$cache" && npm ci --no-audit --no-fund "$@")
  echo "$wanted" >"$cache/installed"
fi

rm -rf "$folder/node_modules"
ln -s "$cache/node_modules" "$folder/node_modules"
