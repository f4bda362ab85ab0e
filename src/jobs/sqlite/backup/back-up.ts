/** `manycore backup`: a process of its own, beside a server or without one. */
import { lstatSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { messageOf } from "../../../errors.ts";
import { codeOf, sqliteCodes } from "../codes.ts";
import { realPathOf } from "../real-path.ts";
import { logOf, lookAt } from "../thread/file/look.ts";
import { applicationId } from "../thread/schema/schema.ts";
import { askServer } from "./ask-server.ts";
import { checkCopy } from "./check-copy.ts";
import { copyClosed } from "./copy-closed.ts";
import { BackupFailed } from "./failed.ts";
import { holdCopy } from "./held-copy.ts";
import { publish, targetExists } from "./publish.ts";

export interface BackupWatcher {
  /** Takes pages of 4 KiB or so. */
  onProgress(done: number, total: number): void;
  /** All is copied, and is being checked. */
  onCheck(): void;
  /** A file that must go if the process is ended. */
  onPart(path: string): void;
}

export interface Backup {
  readonly jobs: number;
  readonly bytes: number;
}

/**
 * Copies the queue's file.
 *
 * @param path of the queue's file
 * @param target where nothing is yet
 * @throws BackupFailed with what went wrong, and what to do
 */
export async function backUp(
  path: string,
  target: string,
  watcher: BackupWatcher,
): Promise<Backup> {
  const file = realPathOf(path);
  try {
    requireQueueFile(file);
    requireFree(resolve(target));
    let jobs = 0;
    const take = async (copy: string) => {
      using held = holdCopy(copy);
      watcher.onCheck();
      jobs = checkCopy(copy);
      await publish(held, target, watcher.onPart);
    };
    const { onProgress, onPart } = watcher;
    const isDone = await copyClosed(file, onProgress, onPart, take);
    if (!isDone) await askServer(file, onProgress, take);
    return { jobs, bytes: statSync(target).size };
  } catch (error) {
    throw error instanceof BackupFailed ? error : new BackupFailed(explain(file, target, error));
  }
}

/** Before anything opens the file: that alone may change it. */
function requireQueueFile(path: string): void {
  const look = lookAt(path);
  if (look.kind === "unusable") throw new BackupFailed(`The queue's file ${path}: ${look.reason}.`);
  if (look.kind !== "database") {
    const remedy = "Name it with --queue sqlite:PATH.";
    throw new BackupFailed(`There is no queue's file ${path}. ${remedy}`);
  }
  if (look.header.applicationId === applicationId) return;
  throw new BackupFailed(`${path} is a database of another program, and no queue's file.`);
}

/** A link counts, wherever it leads. */
function requireFree(target: string): void {
  if (lstatSync(target, { throwIfNoEntry: false })) throw targetExists(target);
  for (const log of [logOf(target), `${target}-journal`]) {
    if (!lstatSync(log, { throwIfNoEntry: false })) continue;
    const harm = "is a log of another file, and would damage the backup when it is opened";
    throw new BackupFailed(`${log} ${harm}. Remove it, or name another file.`);
  }
  if (statSync(dirname(target), { throwIfNoEntry: false })?.isDirectory()) return;
  throw new BackupFailed(`There is no folder ${dirname(target)}. Make it, or name another file.`);
}

function explain(path: string, target: string, error: unknown): string {
  const why = messageOf(error);
  if (codeOf(error) === sqliteCodes.full || Object(error).code === "ENOSPC") {
    return `The disk is full. A backup of ${path} takes its size twice: beside it, and at ${target} (${why}).`;
  }
  const remedy = "Run this as the server's user, and name a file in a folder that it may write.";
  const isForbidden = ["EACCES", "EPERM"].includes(Object(error).code);
  return `${path} could not be backed up: ${why}${isForbidden ? `. ${remedy}` : ""}`;
}
