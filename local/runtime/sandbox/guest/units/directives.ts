import type { UnitFile } from './unit-file';

/** Directives that the init acts on, by section. */
const REAL: Readonly<Record<string, readonly string[]>> = {
  Unit: [
    'Description',
    'Documentation',
    'After',
    'Before',
    'Requires',
    'Wants',
    'StartLimitBurst',
    'StartLimitIntervalSec',
    'StartLimitInterval',
  ],
  Service: [
    ...[
      'Type',
      'ExecStart',
      'ExecStartPre',
      'ExecStartPost',
      'ExecStop',
      'ExecStopPost',
      'ExecReload',
      'RemainAfterExit',
    ],
    ...['Restart', 'RestartSec', 'StartLimitBurst', 'StartLimitInterval', 'User', 'Group', 'WorkingDirectory'],
    ...['Environment', 'EnvironmentFile', 'KillSignal', 'KillMode', 'TimeoutSec', 'TimeoutStartSec', 'TimeoutStopSec'],
    ...['SuccessExitStatus', 'RestartPreventExitStatus', 'NoNewPrivileges', 'AmbientCapabilities', 'SyslogIdentifier'],
    ...['StandardOutput', 'StandardError', 'StandardInput', 'DynamicUser'],
    ...['State', 'Runtime', 'Logs', 'Cache', 'Configuration'].flatMap((kind) => [
      `${kind}Directory`,
      `${kind}DirectoryMode`,
      `${kind}DirectoryPreserve`,
    ]),
  ],
  Install: ['WantedBy', 'RequiredBy', 'Alias', 'Also', 'DefaultInstance'],
};

/** Valid for systemd, and without effect here: they only restrict, or only tune. */
const WITHOUT_EFFECT = new RegExp(
  `^(${[
    ...[
      'Protect\\w+',
      'Private\\w+',
      'Restrict\\w+',
      'SystemCall\\w+',
      'Capability\\w+',
      'ReadOnly\\w+',
      'ReadWrite\\w+',
      'Inaccessible\\w+',
      'Exec\\w*Paths',
    ],
    ...[
      'MemoryDenyWriteExecute',
      'LockPersonality',
      'RemoveIPC',
      'ProcSubset',
      'DevicePolicy',
      'DeviceAllow',
      'KeyringMode',
      'UMask',
      'SecureBits',
    ],
    ...[
      'Limit[A-Z]+',
      'Memory\\w+',
      'CPU\\w+',
      'IO\\w+',
      'Tasks\\w+',
      'Nice',
      'OOM\\w+',
      'Slice',
      'Delegate',
      'IPAddress\\w+',
      'SocketBind\\w+',
    ],
    ...[
      'Condition\\w+',
      'Assert\\w+',
      'BindsTo',
      'PartOf',
      'Conflicts',
      'Requisite',
      'DefaultDependencies',
      'OnFailure',
      'StartLimitAction',
    ],
    ...[
      'Sockets',
      'WatchdogSec',
      'NotifyAccess',
      'PIDFile',
      'BusName',
      'SyslogFacility',
      'SyslogLevel\\w*',
      'LogLevelMax',
      'TTY\\w+',
      'SendSIG\\w+',
      'FinalKillSignal',
      'TimeoutAbortSec',
      'SupplementaryGroups',
      'LoadCredential\\w*',
    ],
  ].join('|')})$`,
);

/** Returns the directives of a unit without effect, by name, for one console line. */
export function unheeded(file: UnitFile): string[] {
  const notices: string[] = [];
  const sections = new Set(file.settings.map(({ section }) => section));
  for (const section of sections) {
    if (!(section in REAL) && !section.startsWith('X-'))
      notices.push(`${file.name}: unknown section [${section}] is ignored`);
  }
  const others = file.settings
    .filter(({ section, key }) => section in REAL && !REAL[section]?.includes(key))
    .map(({ key }) => key);
  const known = [...new Set(others.filter((key) => WITHOUT_EFFECT.test(key)))];
  const unknown = [...new Set(others.filter((key) => !WITHOUT_EFFECT.test(key) && !key.startsWith('X-')))];
  if (known.length > 0) notices.push(`${file.name}: not enforced by the local machine: ${known.join(', ')}`);
  if (unknown.length > 0) notices.push(`${file.name}: unknown keys are ignored: ${unknown.join(', ')}`);
  return notices;
}
