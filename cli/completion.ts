import type { CommandTable } from './command';
import { optionsOf } from './command-line';
import { quoted } from './printed-command';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The name under which a shell completes the program. */
const NAME = 'server-pipeline';

/** A candidate for the word at the cursor, with the text that zsh and fish show beside it. */
interface Candidate {
  readonly word: string;
  readonly text: string;
}

/**
 * Returns the script with which a shell completes the program, after its own name and after `npx` with its name. The
 * script contains all words, so completion starts no process.
 */
export function completionScript(shell: Shell, tables: readonly CommandTable[]): string {
  const commands = tables.flatMap(({ commands, options }) =>
    Object.entries(commands).map(([name, spec]) => ({
      name,
      text: spec.summary,
      words: [
        ...(spec.arguments ?? []).flatMap(({ text, choices = [] }) => choices.map((word) => ({ word, text }))),
        ...optionsOf(spec, options).map(({ name: option, text }) => ({ word: `--${option}`, text })),
        { word: '--help', text: 'show the help' },
      ],
    })),
  );
  return SCRIPTS[shell](commands);
}

interface Completed {
  readonly name: string;
  readonly text: string;
  readonly words: readonly Candidate[];
}

const SCRIPTS: Readonly<Record<Shell, (commands: readonly Completed[]) => string>> = { bash, zsh, fish };

function bash(commands: readonly Completed[]): string {
  return `# bash completion for ${NAME}; add to ~/.bashrc: eval "$(npx ${NAME} completion bash)"
_server_pipeline() {
  local first=1
  [ "\${COMP_WORDS[0]}" = npx ] && first=2
  [ $first = 2 ] && [ "\${COMP_WORDS[1]}" != ${NAME} ] && return
  local current="\${COMP_WORDS[COMP_CWORD]}"
  if [ "\${COMP_WORDS[COMP_CWORD-1]}" = --state ]; then
    COMPREPLY=($(compgen -d -- "$current"))
    return
  fi
  local words
  if [ "$COMP_CWORD" -eq $first ]; then
    words="${commands.map(({ name }) => name).join(' ')}"
  else
    case "\${COMP_WORDS[$first]}" in
${commands.map(({ name, words }) => `      ${name}) words="${words.map(({ word }) => word).join(' ')}" ;;`).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _server_pipeline ${NAME} npx`;
}

function zsh(commands: readonly Completed[]): string {
  const described = (words: readonly Candidate[]) =>
    words.map(({ word, text }) => quoted(`${word.replaceAll(':', '\\:')}:${text}`)).join(' ');
  const all = commands.map(({ name, text }) => ({ word: name, text }));
  return `# zsh completion for ${NAME}; add to ~/.zshrc after compinit: eval "$(npx ${NAME} completion zsh)"
_server_pipeline() {
  local first=2
  [[ $words[1] = npx ]] && first=3
  if [[ $first = 3 && $words[2] != ${NAME} ]]; then
    _default
    return
  fi
  if [[ $words[CURRENT-1] = --state ]]; then
    _files -/
    return
  fi
  local -a candidates
  if (( CURRENT == first )); then
    candidates=(${described(all)})
  else
    case $words[first] in
${commands.map(({ name, words }) => `      ${name}) candidates=(${described(words)}) ;;`).join('\n')}
    esac
  fi
  _describe ${NAME} candidates
}
compdef _server_pipeline ${NAME} npx`;
}

function fish(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ name, text, words }) => [
    `complete -c ${NAME} -n __fish_use_subcommand -f -a ${name} -d ${quoted(text)}`,
    ...words.map(({ word, text: about }) => {
      const here = `complete -c ${NAME} -n '__fish_seen_subcommand_from ${name}'`;
      const option = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
      return `${here} ${option}${word === '--state' ? ' -r' : ''} -d ${quoted(about)}`;
    }),
  ]);
  return [
    `# fish completion for ${NAME}; add to ~/.config/fish/config.fish: npx ${NAME} completion fish | source`,
    ...lines,
    `complete -c npx -n 'contains ${NAME} (commandline -opc)' -f -a '(complete -C (string join -- " " (commandline -opc)[2..] (commandline -ct)))'`,
  ].join('\n');
}
