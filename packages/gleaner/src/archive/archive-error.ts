/** An archive cannot be read or written: `message` names the file or folder, `cause` is the system's error if it is one. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
  readonly code = 'ARCHIVE';
  /** The file or folder. */
  readonly path: string;

  constructor(path: string, reason: string, options: ErrorOptions = {}) {
    super(`the archive ${path}: ${reason}`, options);
    this.path = path;
  }
}

const REASONS: Partial<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'a folder was expected; there is something else in its place',
  EEXIST: 'a folder was expected; there is something else in its place',
  EACCES: 'it may not be read or written',
  EROFS: 'it is on a disk that may only be read',
  ENOSPC: 'there is no room left on the disk',
  EDQUOT: 'there is no room left on the disk',
  EFBIG: 'the file is larger than files may be',
  EMFILE: 'too many files are open',
};

/** Says of a system's error what it was about. */
export function archiveError(error: unknown, path: string): ArchiveError {
  if (error instanceof ArchiveError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const reason = REASONS[code];
  return new ArchiveError(path, reason === undefined ? message : `${reason} (${code})`, { cause: error });
}
