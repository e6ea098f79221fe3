import type { ActionName } from '../../document/document';
import type { StepAction } from '../action';
import * as edit from './edit-files';
import { executeBash, executeBinary } from './execute';
import { executeDocument } from './execute-document';
import { setFileOwner, setFilePermissions, setFolderOwner, setFolderPermissions } from './owner';
import { s3Download, s3Upload } from './s3';
import { reboot, updateOs } from './system';
import * as transfer from './transfer-files';
import { webDownload } from './web-download';

/** Every action but Assert, which is a comparison and not done to anything. */
export const REGISTRY: Readonly<Record<Exclude<ActionName, 'Assert'>, StepAction>> = {
  ExecuteBash: executeBash,
  ExecuteBinary: executeBinary,
  ExecuteDocument: executeDocument,
  S3Download: s3Download,
  S3Upload: s3Upload,
  WebDownload: webDownload,
  AppendFile: edit.appendFile,
  CopyFile: transfer.copyFile,
  CopyFolder: transfer.copyFolder,
  CreateFile: edit.createFile,
  CreateFolder: edit.createFolder,
  CreateSymlink: edit.createSymlink,
  DeleteFile: edit.deleteFile,
  DeleteFolder: edit.deleteFolder,
  ListFiles: edit.listFiles,
  MoveFile: transfer.moveFile,
  MoveFolder: transfer.moveFolder,
  ReadFile: edit.readFile,
  SetFileEncoding: edit.setFileEncoding,
  SetFileOwner: setFileOwner,
  SetFolderOwner: setFolderOwner,
  SetFilePermissions: setFilePermissions,
  SetFolderPermissions: setFolderPermissions,
  Reboot: reboot,
  UpdateOS: updateOs,
};
