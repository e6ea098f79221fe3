/** Reason of an instance's state: EC2's codes and messages. */
export interface StateReason {
  readonly code: string;
  readonly message: string;
}

export const USER_SHUTDOWN = {
  code: 'Client.UserInitiatedShutdown',
  message: 'Client.UserInitiatedShutdown: User initiated shutdown',
};
export const OWN_SHUTDOWN = {
  code: 'Client.InstanceInitiatedShutdown',
  message: 'Client.InstanceInitiatedShutdown: Instance initiated shutdown',
};
export const CRASHED = { code: 'Server.InternalError', message: 'Server.InternalError: the machine ended by itself' };
export const HOST_STOPPED = {
  code: 'Server.ScheduledStop',
  message: 'Server.ScheduledStop: the machine it ran on stopped',
};
export const RUNTIME_STOPPED = {
  code: 'Server.ScheduledStop',
  message: 'Server.ScheduledStop: the local runtime was stopped',
};
