import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Project } from './project';
import type { Runtime } from './runtime';

export interface Answer {
  readonly code: number | null;
  readonly output: string;
}

/** The operator's commands, as a person gives them to a local runtime. */
export class Control {
  constructor(
    private readonly project: Project,
    private readonly runtime: Runtime,
  ) {}

  /** Runs `npx server-pipeline <command> …` to its end. */
  async run(...command: string[]): Promise<Answer> {
    const args = [join(this.project.directory, 'bin/server-pipeline.js'), ...command];
    const child = spawn(process.execPath, [...args, '--state', this.runtime.state], {
      cwd: this.project.directory,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LANG: 'C.UTF-8', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output };
  }

  /** As `run`, and it must succeed: what it printed. */
  async succeed(...command: string[]): Promise<string> {
    const { code, output } = await this.run(...command);
    if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${output}`);
    return output;
  }
}
