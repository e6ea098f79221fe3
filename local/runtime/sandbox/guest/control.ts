import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { messageOf } from '../../../kernel/failure';
import { eachLine } from '../../../kernel/lines';
import { fields, isFlag, isText, listOf, optional } from '../../../kernel/message';
import { CONTROL_SOCKET, type ControlReply, type ControlRequest } from './control-protocol';
import type { Manager } from './units/manager';
import { answerVerb } from './verbs';

export interface Power {
  powerOff(): void;
  reboot(): void;
}

/** Answers `systemctl` and `reboot` inside: one request and one reply, a line of JSON each, for a connection. */
export function answerCommands(units: Manager, power: Power): Promise<void> {
  rmSync(CONTROL_SOCKET, { force: true });
  return new Promise((resolve, reject) => {
    createServer((socket) => {
      socket.on('error', () => socket.destroy());
      eachLine(socket, (line) => {
        const request = readRequest(line);
        if (request) void reply(socket, request, { units, power });
        else socket.destroy();
        return undefined;
      });
    })
      .once('error', reject)
      .listen(CONTROL_SOCKET, resolve);
  });
}

/** Undefined for a line that none of the commands can have sent. */
function readRequest(line: string): ControlRequest | undefined {
  try {
    const request: unknown = JSON.parse(line);
    const isRequest = fields({
      verb: isText,
      units: listOf(isText),
      properties: optional(listOf(isText)),
      valueOnly: optional(isFlag),
      noBlock: optional(isFlag),
    });
    return isRequest(request) ? (request as ControlRequest) : undefined;
  } catch {
    return undefined;
  }
}

async function reply(
  socket: Socket,
  request: ControlRequest,
  { units, power }: { units: Manager; power: Power },
): Promise<void> {
  let answer: ControlReply;
  try {
    answer = await answerVerb(units, request);
  } catch (error) {
    answer = { exitCode: 1, output: [], errors: [messageOf(error)] };
  }
  socket.end(`${JSON.stringify(answer)}\n`, () => {
    if (request.verb === 'reboot') power.reboot();
    if (request.verb === 'poweroff') power.powerOff();
  });
}
