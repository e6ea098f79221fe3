import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { generate } from 'selfsigned';
import type { Clock } from '../../kernel/clock';
import type { Ids } from '../../kernel/ids';
import type { TlsIdentity } from '../../kernel/ports';

export interface AuthorityOptions {
  /** Directory of the authority's certificate and key. */
  readonly directory: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<Ids, 'hex'>;
  /** A file with further authorities for clients that trust this one. */
  readonly alsoTrusted?: string;
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>['extensions']>;

const AUTHORITY_DAYS = 3650;
/** Clients refuse certificates that are valid for much longer than a year. */
const SERVER_DAYS = 390;
/** Clocks differ, so certificates are valid since yesterday. */
const BEFORE_DAYS = 1;

/** May sign certificates of servers, and no further authority. */
const AUTHORITY: Extensions = [
  { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
  { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
];

/** For servers at this machine's own address, and for no other name. */
const SERVER: Extensions = [
  { name: 'basicConstraints', cA: false, critical: true },
  { name: 'keyUsage', digitalSignature: true, critical: true },
  { name: 'extKeyUsage', serverAuth: true },
  {
    name: 'subjectAltName',
    altNames: [
      { type: 7, ip: '127.0.0.1' },
      { type: 2, value: 'localhost' },
    ],
  },
];

/**
 * A certificate authority of this state directory alone: a client that trusts it reads its file. The key never leaves
 * the directory; the servers' certificate is only in memory, and is created in each run.
 */
export class Authority {
  /** File of its certificate. */
  readonly file: string;
  /** Its certificate and the others to trust, as `NODE_EXTRA_CA_CERTS` names them. */
  readonly trustFile: string;
  private readonly keyFile: string;
  private opened: Promise<TlsIdentity> | undefined;
  private issued: Promise<TlsIdentity> | undefined;

  constructor(private readonly options: AuthorityOptions) {
    this.file = join(options.directory, 'authority.pem');
    this.keyFile = join(options.directory, 'authority.key');
    this.trustFile = join(options.directory, 'trusted.pem');
  }

  /** Creates missing files. From then on its files can be read. */
  open(): Promise<TlsIdentity> {
    this.opened ??= this.found();
    return this.opened;
  }

  /** Returns the certificate and key of servers at this machine's address. */
  identity(): Promise<TlsIdentity> {
    this.issued ??= this.open().then((ca) => this.make('127.0.0.1', { days: SERVER_DAYS, extensions: SERVER, ca }));
    return this.issued;
  }

  private async found(): Promise<TlsIdentity> {
    const { alsoTrusted, directory, ids } = this.options;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const own = existsSync(this.file)
      ? { key: readFileSync(this.keyFile, 'utf8'), cert: readFileSync(this.file, 'utf8') }
      : // Several states have several authorities, distinguished by their names.
        await this.make(`Local authority ${ids.hex(8)}`, { days: AUTHORITY_DAYS, extensions: AUTHORITY });
    if (!existsSync(this.file)) {
      // The certificate is written last, so that it implies the key.
      write(this.keyFile, own.key, 0o600);
      write(this.file, own.cert, 0o644);
    }
    const others = alsoTrusted && existsSync(alsoTrusted) ? readFileSync(alsoTrusted, 'utf8') : '';
    write(this.trustFile, `${own.cert.trim()}\n${others}`, 0o644);
    return own;
  }

  private async make(
    name: string,
    { days, extensions, ca }: { days: number; extensions: Extensions; ca?: TlsIdentity },
  ): Promise<TlsIdentity> {
    // It takes a while to load, and only the first run of a state and HTTPS need it.
    const { generate } = await import('selfsigned');
    const now = this.options.clock.now().getTime();
    const made = await generate([{ name: 'commonName', value: name }], {
      keyType: 'ec',
      curve: 'P-256',
      algorithm: 'sha256',
      extensions,
      ca,
      notBeforeDate: new Date(now - BEFORE_DAYS * DAY_MS),
      notAfterDate: new Date(now + days * DAY_MS),
    });
    return { key: made.private, cert: made.cert };
  }
}

const DAY_MS = 86_400_000;

function write(file: string, text: string, mode: number): void {
  const unfinished = `${file}.new`;
  writeFileSync(unfinished, text, { mode });
  renameSync(unfinished, file);
}
