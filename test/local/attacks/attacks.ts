/** Kinds of guests. A bake runs on a machine like an instance's, with the steps of its components in place of units. */
export const GUESTS = ['build', 'bake', 'instance', 'function'] as const;
export type GuestKind = (typeof GUESTS)[number];

/** Commands with which a guest tries to get out. */
export interface Attack {
  readonly aim: string;
  /** For bash, run inside as root. `SECRET` is a file of the host, `PORT` a port of the host's loopback. */
  readonly command: string;
  /** Every line of the output matches: the kernel's refusal, or what the guest sees in place of the host. */
  readonly held: RegExp;
  /** Default: all. */
  readonly guests?: readonly GuestKind[];
}

const REFUSED = /Operation not permitted|[Pp]ermission denied|[Rr]ead-only|not mounted|must be superuser|cannot mount/;

/** Calls the kernel by number (x86_64 or arm64), and prints the error. */
function systemCall(numbers: { x64: number; arm64: number }, parameters: string): string {
  const number = process.arch === 'arm64' ? numbers.arm64 : numbers.x64;
  return `perl -e 'print syscall(${number}, ${parameters}) < 0 ? "$!\\n" : "it worked\\n"'`;
}

const NETWORKED = ['build', 'bake', 'instance'] as const;

export const ATTACKS: readonly Attack[] = [
  {
    aim: 'open the root of the host by its file handle',
    command: `perl -e '
      opendir(my $d, "/run/guest") or die; my $h = pack("IiII", 8, 1, 2, 0);
      my $fd = syscall(${process.arch === 'arm64' ? 265 : 304}, fileno($d), $h, 0);
      print $fd < 0 ? "$!\\n" : "it worked\\n"'`,
    held: /Operation not permitted|Stale file handle/,
  },
  { aim: 'mount a fresh process file system', command: 'mount -t proc proc /mnt 2>&1 | head -1', held: REFUSED },
  {
    aim: 'mount a fresh process file system in further namespaces',
    command: 'unshare --user --map-root-user --pid --fork --mount mount -t proc proc /mnt 2>&1 | head -1',
    held: REFUSED,
  },
  ...['sysfs', 'cgroup2', 'devtmpfs', 'debugfs', 'securityfs', 'tracefs'].map((type) => ({
    aim: `mount ${type}`,
    command: `mount -t ${type} ${type} /mnt 2>&1 | head -1`,
    held: /Operation not permitted|[Pp]ermission denied|unknown filesystem|already mounted|wrong fs type/,
  })),
  ...['-t cgroup2', '-t cgroup -o freezer', '-t cgroup -o cpu', '-t cgroup -o memory'].map((options) => ({
    aim: `mount its own control groups with ${options}`,
    command: `unshare --cgroup mount ${options} none /mnt 2>&1 | head -1`,
    held: /^unshare: unshare failed: No space left on device$/,
  })),
  {
    aim: 'permit itself namespaces of control groups',
    command: 'sh -c "echo 9 > /proc/sys/user/max_cgroup_namespaces" 2>&1',
    held: /Read-only file system/,
  },
  {
    aim: 'get namespaces of control groups in a further user namespace',
    command:
      'unshare --user --map-root-user --cgroup true 2>&1; unshare --user --map-root-user sh -c "echo 9 > /proc/sys/user/max_cgroup_namespaces" 2>&1',
    held: /No space left on device|Read-only file system/,
  },
  {
    aim: 'uncover the settings of the kernel',
    command: 'umount /proc/sys 2>&1; umount -l /proc 2>&1; mount -o remount,rw,bind /proc/sys 2>&1 | head -1',
    held: /Operation not permitted|[Pp]ermission denied|not mounted|[Ii]nvalid argument|busy|no mount point|not found/,
  },
  {
    aim: 'change a setting of the kernel',
    command: '(echo evil > /proc/sys/kernel/core_pattern) 2>&1; (echo 1 > /proc/irq/default_smp_affinity) 2>&1',
    held: /Read-only file system|Permission denied|No such file/,
  },
  {
    aim: "make the runtime's own programs writable, and replace the host's Node.js",
    command:
      'mount -o remount,rw,bind /run/guest 2>&1 | head -1; mount -o remount,rw,bind /run/guest/node 2>&1 | head -1; chmod 777 /run/guest/node 2>&1; (: > /run/guest/x) 2>&1',
    held: /Operation not permitted|[Pp]ermission denied|[Rr]ead-only|not a directory/,
  },
  {
    aim: 'remove a mount to see what is below it',
    command: 'umount /tmp 2>&1; umount -l /dev 2>&1; umount /run 2>&1',
    held: /not mounted|not permitted|[Ii]nvalid argument|denied|busy|no mount point|must be superuser/,
  },
  {
    aim: 'make a device file of a disk',
    command: 'mknod /tmp/disk b 254 0 2>&1; mknod /dev/mem c 1 1 2>&1',
    held: /Operation not permitted/,
  },
  {
    aim: 'find a device of the host',
    command: "ls -A /dev | grep -E '^(sd|vd|nvme|mem|kmsg|kvm|fuse|loop)' || echo none",
    held: /^none$/,
  },
  {
    aim: 'look into the first process',
    command: 'ls /proc/1/root/ 2>&1 | head -1; cat /proc/1/environ 2>&1; readlink /proc/1/exe || echo denied',
    held: /denied/,
  },
  {
    aim: 'enter the namespaces of the first process',
    command: 'nsenter --target 1 --mount --user true 2>&1',
    held: /denied|not permitted|Invalid argument/,
  },
  { aim: 'end the first process', command: 'kill -9 1; kill -0 1 && echo alive', held: /^alive$/ },
  {
    aim: 'trace the first process',
    command: systemCall({ x64: 101, arm64: 117 }, '16, 1, 0, 0'),
    held: /Operation not permitted/,
  },
  { aim: 'find processes of the host', command: "ps -eo args | grep -c '[j]est' ", held: /^0$/ },
  { aim: 'read a file of the host', command: 'cat $SECRET 2>&1', held: /No such file/ },
  {
    aim: 'reach a file of the host through links to it',
    command: 'ln -s $SECRET /tmp/link; cat /tmp/link /proc/self/root/$SECRET /proc/self/cwd/../../../..$SECRET 2>&1',
    held: /No such file/,
  },
  {
    aim: 'leave a changed root',
    command: `mkdir -p /tmp/jail; perl -e 'chroot "/tmp/jail"; chdir ".." for 1..20; chroot "."; opendir(D, "/"); print((grep { /^guest-root$/ } readdir D) ? "inside\\n" : "outside\\n")'`,
    held: /^inside$/,
  },
  {
    aim: 'read the password hashes of the host',
    command: "cut -d: -f2 /etc/shadow | grep -v '^[*!]*$' || echo none",
    held: /^none$/,
  },
  {
    aim: 'read the home directories',
    command: 'find /root /home -type f 2>&1 | grep -v "^/root/.bash" || echo none',
    held: /^none$/,
  },
  { aim: 'set the clock', command: 'date -s 2001-01-01 2>&1 > /dev/null', held: /Operation not permitted/ },
  {
    aim: 'restart the machine',
    command: systemCall({ x64: 169, arm64: 142 }, '0xfee1dead, 672274793, 0x1234567, 0'),
    held: /Operation not permitted/,
  },
  {
    aim: 'load a module',
    command: systemCall({ x64: 175, arm64: 105 }, '0, 0, 0'),
    held: /Operation not permitted|not implemented/,
  },
  {
    aim: 'load another kernel',
    command: systemCall({ x64: 246, arm64: 104 }, '0, 0, 0, 0'),
    held: /Operation not permitted|not implemented/,
  },
  {
    aim: 'load a program into the kernel',
    command: systemCall({ x64: 321, arm64: 280 }, '5, 0, 0'),
    held: /Operation not permitted|not implemented|Bad address|Invalid argument/,
  },
  {
    aim: 'swap to a file',
    command:
      'dd if=/dev/zero of=/tmp/swap bs=1M count=1 2> /dev/null; mkswap /tmp/swap > /dev/null 2>&1; swapon /tmp/swap 2>&1 | tail -1',
    held: /not permitted|denied|not found/,
  },
  { aim: 'read the log of the kernel', command: 'dmesg 2>&1 | head -1', held: /not permitted|denied|not implemented/ },
  {
    aim: 'raise its own priority above the host',
    command: 'nice -n -20 true 2>&1; chrt -f 50 true 2>&1',
    held: /denied|not permitted/,
  },
  {
    aim: "write to the host's memory of another process",
    command: 'ls /proc | grep "^[0-9]" | while read p; do (: > /proc/$p/mem) 2> /dev/null; done; echo tried',
    held: /^tried$/,
  },
  {
    aim: "reach the host's loopback",
    command: '(exec 3<> /dev/tcp/127.0.0.1/$PORT) 2>&1 | head -1',
    held: /Connection refused/,
    guests: NETWORKED,
  },
  {
    aim: 'reach a network',
    command: '(exec 3<> /dev/tcp/192.0.2.1/80) 2>&1 | head -1',
    held: /unreachable/,
    guests: NETWORKED,
  },
  {
    aim: "configure the host's network",
    command: 'ip link add evil type dummy 2>&1; ip route add 192.0.2.0/24 dev lo 2>&1',
    held: /not permitted/,
    guests: ['function'],
  },
  {
    aim: "listen to the host's network",
    command: systemCall({ x64: 41, arm64: 198 }, '17, 3, 768'),
    held: /Operation not permitted/,
    guests: ['function'],
  },
  ...['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '[::ffff:127.0.0.1]', '2130706433', '127.1', '169.254.169.254'].map(
    (host) => ({
      aim: `reach the host's loopback through the proxy, as ${host}`,
      command: `curl -s -o /dev/null -w '%{http_code} %{http_connect}\\n' --proxytunnel --noproxy '' --proxy http://127.0.0.1:3128 http://${host}:$PORT/; curl -s -o /dev/null -w '%{http_code} %{http_connect}\\n' --noproxy '' --proxy http://127.0.0.1:3128 http://${host}:$PORT/`,
      held: /^(000 (403|502|400)|(403|502|400) 000)$/,
      guests: ['build'] as const,
    }),
  ),
];
