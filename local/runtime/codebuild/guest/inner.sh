# Runs the commands of a build one after the other in one shell (B2): directory, variables, functions and options last.
#
# usage: SHELL inner.sh CONTROL

__control=$1
shift

# Everything that lasts, for the next shell, should a command leave this one.
__save() {
  {
    if [ -n "${BASH_VERSION-}" ]; then
      declare -p
      declare -f
      shopt -p
    else
      set
      export -p
    fi
    set +o
  } >| "$__control/state.sh"
}

if [ -s "$__control/state.sh" ]; then
  . "$__control/state.sh"
  cd -- "$PWD" || :
fi > /dev/null 2>&1

# What `set -x` would show of this file is nobody's business.
{ trap '{ __save; } 2> /dev/null' EXIT; } 2> /dev/null

while { IFS= read -r __word < "$__control/commands" && [ "$__word" = run ]; } 2> /dev/null; do
  . "$__control/script.sh"
  { __status=$?; __save; printf 'done %s\n' "$__status" > "$__control/marks"; } 2> /dev/null
done

# A command that says `break` ends the loop too: then the next shell goes on.
{ if [ "$__word" = close ]; then : > "$__control/closed"; fi; } 2> /dev/null
