import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { SystemClock } from '../../../kernel/clock';
import { messageOf } from '../../../kernel/failure';
import { eachLine } from '../../../kernel/lines';
import { type BootOrder, openChannel, type ToGuest, type ToHost } from '../channel';
import { Commands } from './commands';
import { answerCommands } from './control';
import { endAllProcesses } from './processes';
import { listenInside, relayOutside } from './relays';
import { Manager } from './units/manager';
import { runUserData } from './user-data-script';

/**
 * The init of a machine. Descriptor 3 carries its first messages; when it closes, the runtime is gone, and the machine
 * ends. It runs as the child of a shell with process id 1, which reaps orphans and ends the machine with it.
 */
const clock = new SystemClock();
const channel = openChannel<ToHost>(openOuter(), (line) => receive(JSON.parse(line) as ToGuest));
const say = (line: string) => channel.send({ op: 'console', line });
let commands: Commands;
let units: Manager;

function openOuter(): Socket {
  const socket = new Socket({ fd: 3 });
  socket.on('end', () => process.exit(0));
  socket.on('error', () => process.exit(0));
  return socket;
}

function receive(message: ToGuest): undefined {
  switch (message.op) {
    case 'boot':
      return void boot(message).catch((error) => fail(`boot: ${messageOf(error)}`));
    case 'exec':
      return void commands.run(message);
    case 'kill':
      return void commands.kill(message.id);
    case 'listen':
      return void listenInside(message.port).then(() => channel.send({ op: 'listening', port: message.port }));
    case 'shutdown':
      return void end('shut-down');
  }
}

async function boot(order: BootOrder): Promise<void> {
  commands = new Commands({ environment: order.environment, singleUid: order.singleUid, clock, send: channel.send });
  units = new Manager({ environment: order.environment, clock, console: say, singleUid: order.singleUid });
  hearConsole();
  if (order.network !== 'host') await relayOutside(order);
  await answerCommands(units, {
    powerOff: () => void end('powered-off'),
    reboot: () => void reboot(order),
  });
  channel.send({ op: 'ready' });
  if (order.init === 'none') return;
  await units.startEnabled();
  if (order.userData !== undefined) await runUserData({ text: order.userData, order, console: say });
}

/** Forwards text written to `/dev/console`. */
function hearConsole(): void {
  // Open for writing too, so that the last writer's exit does not end the pipe.
  const pipe = new Socket({
    fd: openSync('/dev/console', constants.O_RDWR | constants.O_NONBLOCK),
    readable: true,
    writable: false,
  });
  eachLine(pipe, say);
}

async function end(why: 'shut-down' | 'powered-off'): Promise<void> {
  channel.send({ op: 'ending', why });
  await units.stopAll();
  await endAllProcesses(clock);
  channel.end(() => process.exit(0));
}

/** All but the init ends, and the enabled units start again. User data runs once in an instance's life. */
async function reboot(order: BootOrder): Promise<void> {
  say('reboot: restarting');
  await units.stopAll();
  await endAllProcesses(clock);
  say('reboot: restarted');
  if (order.init === 'units') await units.startEnabled();
}

function fail(reason: string): void {
  say(reason);
  channel.end(() => process.exit(1));
}

process.on('uncaughtException', (error) => fail(`init: ${error.stack ?? error.message}`));
