# Keeps a shell for the commands of a build, and says in the build's own output where each command ends.
#
# usage: sh outer.sh CONTROL SHELL NONCE
#
# A command may leave the shell (`exit 3`, `set -e`, a syntax error): another one is started, with the state of the last.
# The marks are written here, where no `exec >file` and no `exec 9>lock` of a command can reach the output.

control=$1
shell=$2
nonce=$3

mark() { printf '\036%s %s\036' "$nonce" "$1"; }

# Open for both, so that it neither waits for a writer nor ends with one.
relay() {
  while IFS= read -r line; do mark "$line"; done <> "$control/marks"
}

# The same for the orders: one that arrives between two shells is kept.
exec 8<> "$control/commands"

main() {
  relay &
  while :; do
    "$shell" "$control/inner.sh" "$control" < /dev/null 8>&-
    status=$?
    # Looked at before the mark: after it the next shell may have this directory for its own.
    [ ! -e "$control/closed" ] || break
    mark "end $status"
  done
  kill $!
  mark "end $status"
}

# Both outputs in one pipe, so that lines come in the order in which they were written, and that /dev/stderr can be opened
# whatever this was started with.
main 2>&1 | cat
