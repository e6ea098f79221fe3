import { connect } from 'node:net';
import { eachLine } from '../../../kernel/lines';
import { CONTROL_SOCKET, type ControlReply, type ControlRequest } from './control-protocol';

/** Puts a request to the machine's init. */
export function askInit(request: ControlRequest): Promise<ControlReply> {
  return new Promise((resolve, reject) => {
    const socket = connect(CONTROL_SOCKET, () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on('error', reject);
    eachLine(socket, (line) => void resolve(JSON.parse(line) as ControlReply));
  });
}

/** Prints a reply and ends with its exit code. */
export function finishWith(reply: ControlReply): void {
  const print = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
  process.stderr.write(print(reply.errors));
  process.stdout.write(print(reply.output));
  process.exitCode = reply.exitCode;
}
