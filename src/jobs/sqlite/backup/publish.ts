import { existsSync, linkSync, renameSync, rmSync } from "node:fs";
import { copyFile, open } from "node:fs/promises";
import { dirname } from "node:path";
import { makeOwn } from "../../own-file.ts";
import { BackupFailed } from "./failed.ts";
import type { HeldCopy } from "./held-copy.ts";

/**
 * Moves a finished copy to where it is wanted. It appears there whole, or not at all, and is on the
 * disk when this resolves. Nothing is overwritten.
 *
 * @param onPart is told of a file that must go if the process is ended
 * @throws BackupFailed where the target exists; Error of the file system
 */
export async function publish(
  copy: HeldCopy,
  target: string,
  onPart: (path: string) => void,
): Promise<void> {
  if (linked(copy.path, target)) {
    requireSame(copy, target);
  } else {
    const part = `${target}.part`;
    makePart(part);
    onPart(part);
    await fill(part, copy);
    if (!linked(part, target)) renameInto(part, target);
    rmSync(part, { force: true });
  }
  rmSync(copy.path, { force: true });
  await flush(dirname(target));
}

/** @returns false where the two are on different disks, or their disk has no hard links */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (Object(error).code === "EEXIST") throw targetExists(to);
    if (withoutLinks.includes(Object(error).code)) return false;
    throw error;
  }
}

const withoutLinks = ["EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"];

/** What was linked under the name of the copy may be another backup, which is not whole yet. */
function requireSame(copy: HeldCopy, target: string): void {
  try {
    copy.requireSame(target);
  } catch (error) {
    rmSync(target, { force: true });
    throw error;
  }
}

/** A file of this name may be anything: it is neither written nor removed. */
function makePart(part: string): void {
  try {
    makeOwn(part);
  } catch (error) {
    if (Object(error).code !== "EEXIST") throw error;
    const remedy = "Remove it if a backup that was killed has left it, or name another file.";
    throw new BackupFailed(`${part} exists already. ${remedy}`);
  }
}

async function fill(part: string, copy: HeldCopy): Promise<void> {
  try {
    await copyFile(copy.path, part);
    copy.requireSame(copy.path);
    await flush(part);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

function renameInto(from: string, to: string): void {
  if (existsSync(to)) throw targetExists(to);
  renameSync(from, to);
}

export function targetExists(target: string): BackupFailed {
  return new BackupFailed(`${target} exists already, and is not overwritten. Name another file.`);
}

async function flush(path: string): Promise<void> {
  const file = await open(path, "r");
  await file.sync().finally(() => file.close());
}
