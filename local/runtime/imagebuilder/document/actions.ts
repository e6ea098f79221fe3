/** Inputs of an action: AWS's own tables (action modules supported by the AWSTOE component manager), Linux columns. */
export interface ActionModule {
  /** `list`: a list of objects, done in order; `object`: one; `expression`: a comparison (see `expression.ts`). */
  readonly shape: 'list' | 'object' | 'expression';
  readonly inputsRequired: boolean;
  readonly fields: Readonly<Record<string, InputField>>;
  /** Outputs that later steps may use as `outputs.NAME`. */
  readonly outputs: readonly string[];
}

export interface InputField {
  readonly type: 'string' | 'boolean' | 'integer' | 'strings' | 'parameters';
  readonly required?: true;
  /** Pattern that a value without references must match, and its description. */
  readonly allowed?: { readonly pattern: RegExp; readonly expected: string };
}

const text: InputField = { type: 'string' };
const needed: InputField = { type: 'string', required: true };
const flag: InputField = { type: 'boolean' };
const texts: InputField = { type: 'strings' };
const encoding: InputField = {
  type: 'string',
  allowed: {
    pattern: /^utf-?(8|16|32|16-?le|16-?be|32-?le|32-?be)$/i,
    expected: 'utf8, utf16, utf16-LE, utf16-BE, utf32, utf32-LE or utf32-BE',
  },
};
const octal = { pattern: /^[0-7]{3,4}$/, expected: "an octal mode such as '0644'" };
const permissions: InputField = { type: 'string', allowed: octal };
const s3 = { pattern: /^s3:\/\/[^/]+\/.+$/, expected: 's3://bucket/key' };

const list = (fields: ActionModule['fields'], ...outputs: string[]): ActionModule => ({
  shape: 'list',
  inputsRequired: true,
  fields,
  outputs,
});

const object = (fields: ActionModule['fields'], ...outputs: string[]): ActionModule => ({
  shape: 'object',
  inputsRequired: Object.values(fields).some((field) => field.required),
  fields,
  outputs,
});

const transfer = { source: needed, destination: needed, overwrite: flag };

export const ACTIONS = {
  Assert: { shape: 'expression', inputsRequired: true, fields: {}, outputs: [] },
  ExecuteBash: object({ commands: { type: 'strings', required: true } }, 'stdout'),
  ExecuteBinary: object({ path: needed, arguments: texts }, 'stdout'),
  ExecuteDocument: object(
    { document: needed, 'document-s3-bucket-owner': text, phases: text, parameters: { type: 'parameters' } },
    ...['executedStepCount', 'executionId', 'failedStepCount', 'failureMessage', 'ignoredFailedStepCount', 'status'],
  ),
  S3Download: list({
    source: { ...needed, allowed: s3 },
    destination: needed,
    expectedBucketOwner: text,
    overwrite: flag,
  }),
  S3Upload: list({
    source: needed,
    destination: { ...needed, allowed: s3 },
    recurse: flag,
    expectedBucketOwner: text,
  }),
  WebDownload: list(
    {
      source: { ...needed, allowed: { pattern: /^https?:\/\//, expected: 'an http:// or https:// URL' } },
      destination: needed,
      overwrite: flag,
      checksum: text,
      algorithm: {
        type: 'string',
        allowed: { pattern: /^(MD5|SHA1|SHA256|SHA512)$/, expected: 'MD5, SHA1, SHA256 or SHA512' },
      },
      ignoreCertificateErrors: flag,
    },
    'destination',
  ),
  AppendFile: list({ path: needed, content: text, encoding }),
  CopyFile: list(transfer),
  CopyFolder: list(transfer),
  CreateFile: list({ path: needed, content: text, encoding, owner: text, group: text, permissions, overwrite: flag }),
  CreateFolder: list({ path: needed, owner: text, group: text, permissions, overwrite: flag }),
  CreateSymlink: list({ path: needed, target: needed, force: flag }),
  DeleteFile: list({ path: needed }),
  DeleteFolder: list({ path: needed, force: flag }),
  ListFiles: list({ path: needed, fileNamePattern: text, recursive: flag }, 'files'),
  MoveFile: list(transfer),
  MoveFolder: list(transfer),
  ReadFile: list({ path: needed, encoding, printFileContent: flag }, 'content'),
  SetFileEncoding: list({ path: needed, encoding }),
  SetFileOwner: list({ path: needed, owner: needed, group: text }),
  SetFolderOwner: list({ path: needed, owner: needed, group: text, recursive: flag }),
  SetFilePermissions: list({ path: needed, permissions: { ...permissions, required: true } }),
  SetFolderPermissions: list({ path: needed, permissions: { ...permissions, required: true }, recursive: flag }),
  Reboot: object({ delaySeconds: { type: 'integer' } }),
  UpdateOS: object({ include: texts, exclude: texts }),
} as const satisfies Record<string, ActionModule>;

/** Actions that exist, but not on Linux. */
export const WINDOWS_ACTIONS: readonly string[] = ['ExecutePowerShell', 'InstallMSI', 'SetRegistry', 'UninstallMSI'];
