import { execFileSync } from 'node:child_process';
import { TABLES } from '../../bin/commands';
import { completionScript } from '../../cli/completion';

const bash = completionScript('bash', TABLES);

/** Completes a command line with bash's own machinery; the last word is the one at the cursor. */
function complete(...words: string[]): string[] {
  const array = words.map((word) => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(${array}); COMP_CWORD=${words.length - 1}; _server_pipeline; echo "\${COMPREPLY[*]}"`;
  return execFileSync('bash', ['-c', `${bash}\n${ask}`], { encoding: 'utf8' })
    .trim()
    .split(/\s+/);
}

test('bash completes commands, after the name and after npx', () => {
  expect(complete('server-pipeline', 're')).toEqual(['release', 'reject', 'retry']);
  expect(complete('npx', 'server-pipeline', 'roll')).toEqual(['rollback']);
  expect(complete('npx', 'jest', 'roll')).toEqual(['']);
});

test('bash completes the options of a command, fixed values and directories', () => {
  expect(complete('npx', 'server-pipeline', 'rollback', 'dev', '--t')).toEqual(['--to']);
  expect(complete('server-pipeline', 'completion', '')).toEqual(['bash', 'zsh', 'fish', '--help']);
  expect(complete('server-pipeline', 'history', '--state', '/us')).toEqual(['/usr']);
});

test.each(['bash', 'zsh', 'fish'] as const)('the script for %s names every command and option', (shell) => {
  const script = completionScript(shell, TABLES);
  for (const { commands } of TABLES) {
    for (const [name, { options = [] }] of Object.entries(commands)) {
      expect(script).toMatch(new RegExp(`\\b${name}\\b`));
      for (const option of options) expect(script).toContain(shell === 'fish' ? `-l ${option} ` : `--${option}`);
    }
  }
});
