import type { Clock } from '../../../../kernel/clock';
import { messageOf } from '../../../../kernel/failure';
import { createIds } from '../../../../kernel/ids';
import type { Flow } from '../../../../kernel/lines';
import { unheeded } from './directives';
import { UnitJournal } from './journal';
import { enabledUnits } from './links';
import { ServiceUnit } from './service';
import { serviceSettings } from './settings';
import { allWords, readUnit, type UnitFile } from './unit-file';

export interface ManagerOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly singleUid: boolean;
  console(line: string): Flow;
}

/** The services of a machine. */
export class Manager {
  private readonly services = new Map<string, ServiceUnit>();
  private readonly noticed = new Set<string>();
  private readonly journal: UnitJournal;
  private readonly ids = createIds();

  constructor(private readonly options: ManagerOptions) {
    this.journal = new UnitJournal(options.clock);
  }

  /**
   * Starts the enabled units and their dependencies, each after those in its `After=`. Resolves when all have started.
   */
  async startEnabled(): Promise<void> {
    await this.startTogether(enabledUnits());
  }

  /** True when every one of them has started. */
  async startTogether(names: readonly string[]): Promise<boolean> {
    const files = this.withNeeded(names);
    const before = new Map(
      [...files.keys()].map((name) => [name, new Set(allWords(files.get(name) as UnitFile, 'Unit', 'After'))]),
    );
    for (const [name, file] of files)
      for (const later of allWords(file, 'Unit', 'Before')) before.get(later)?.add(name);
    const started = new Map<string, Promise<boolean>>();
    const start = (name: string, path: readonly string[]): Promise<boolean> => {
      const known = started.get(name);
      if (known) return known;
      const others = [...(before.get(name) ?? [])].filter((other) => files.has(other) && !path.includes(other));
      const promise = Promise.all(others.map((other) => start(other, [...path, name]))).then(() =>
        this.service(name).start(),
      );
      started.set(name, promise);
      return promise;
    };
    const results = await Promise.all([...files.keys()].map((name) => start(name, [])));
    return results.every(Boolean) && files.size >= names.length;
  }

  /** The service of a unit, running or not. Its file need not exist. */
  service(name: string): ServiceUnit {
    const known = this.services.get(name);
    if (known) return known;
    const { clock, environment, singleUid } = this.options;
    const service = new ServiceUnit({
      name,
      clock,
      ids: this.ids,
      environment,
      singleUid,
      settings: () => {
        const file = readUnit(name);
        if (!file || file.masked) throw new Error(`Unit ${name} ${file ? 'is masked' : 'not found'}.`);
        this.notice(file);
        const settings = serviceSettings(file);
        if (settings.start.length === 0) throw new Error('Service has no ExecStart= setting. Refusing.');
        if (settings.type !== 'oneshot' && settings.start.length > 1) {
          throw new Error(
            'Service has more than one ExecStart= setting, which is only allowed for Type=oneshot services. Refusing.',
          );
        }
        return settings;
      },
      say: (from, line) => this.say(name, from, line),
    });
    this.services.set(name, service);
    return service;
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.services.values()].map((service) => service.stop()));
  }

  say(unit: string, from: string, line: string): Flow {
    this.journal.append(unit, from, line);
    return this.options.console(`${from}: ${line}`);
  }

  /** Returns those units and the existing services that they need. */
  private withNeeded(names: readonly string[]): Map<string, UnitFile> {
    const files = new Map<string, UnitFile>();
    const add = (name: string, asked: boolean) => {
      if (files.has(name) || (!asked && !name.endsWith('.service'))) return;
      const file = this.read(name, asked);
      if (!file) return;
      files.set(name, file);
      for (const key of ['Requires', 'Wants']) for (const other of allWords(file, 'Unit', key)) add(other, false);
    };
    for (const name of names) add(name, true);
    return files;
  }

  private read(name: string, asked: boolean): UnitFile | undefined {
    try {
      if (!name.endsWith('.service')) throw new Error('only services are started by the local machine');
      const file = readUnit(name);
      if (!file && asked) throw new Error('the unit file does not exist');
      return file;
    } catch (error) {
      this.say(name, 'systemd[1]', `${name}: ${messageOf(error)}`);
      return undefined;
    }
  }

  private notice(file: UnitFile): void {
    if (this.noticed.has(file.name)) return;
    this.noticed.add(file.name);
    for (const notice of unheeded(file)) this.options.console(`systemd[1]: ${notice}`);
    if (this.options.singleUid && /^User=/m.test(file.settings.map(({ key, value }) => `${key}=${value}`).join('\n'))) {
      this.options.console(`systemd[1]: ${file.name}: User= is not applied, this machine has a single user id`);
    }
  }
}
