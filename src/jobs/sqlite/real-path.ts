import { readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, sep } from "node:path";

/** Links that a path may go through, as on Linux. */
const maxLinks = 40;

/**
 * Where a file really is. So the queue, its log and its lock have one name, by whichever path they are
 * reached. The file need not exist yet, and a link may point to where it will be. A path that leads
 * nowhere is returned as it is: whoever opens the file reports it.
 */
export function realPathOf(path: string): string {
  let current = path;
  for (let links = 0; links <= maxLinks; links++) {
    const real = tried(() => realpathSync.native(current));
    if (real !== undefined) return real;
    const folder = tried(() => realpathSync.native(dirname(current)));
    if (folder === undefined) return path;
    const target = tried(() => readlinkSync(current));
    if (target === undefined) return within(folder, basename(current));
    current = isAbsolute(target) ? target : within(folder, target);
  }
  return path;
}

/** Not `join`, which takes `link/..` for the folder of the link. */
function within(folder: string, path: string): string {
  return folder.endsWith(sep) ? `${folder}${path}` : `${folder}${sep}${path}`;
}

/** @returns undefined where there is no such thing */
function tried(look: () => string): string | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
