import { constants, type FileHandle, open } from "node:fs/promises";

/**
 * What else may lie there under the name of a report: a pipe, whose reader waits for a writer and holds a
 * thread of the whole process; or a link to a file that nobody meant to show.
 */
const plainOnly = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** A file that is open. Whoever opened it closes it. */
export interface OpenFile {
  readonly handle: FileHandle;
  readonly sizeBytes: number;
}

/** @throws Error where it is not there, or is no plain file */
export async function openPlainFile(path: string): Promise<OpenFile> {
  const handle = await open(path, plainOnly);
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw new Error(`${path} is no plain file`);
    return { handle, sizeBytes: status.size };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
