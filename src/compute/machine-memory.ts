import { readFileSync } from "node:fs";
import { freemem, totalmem } from "node:os";

/** The machine's memory, or the cgroup's limit if it is lower. */
export function totalMemoryBytes(): number {
  const limit = process.constrainedMemory(); // 0, or more than there is, if there is no limit.
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** Whether that much memory is free. The file cache counts as free where it is known. */
export function hasMemoryFor(bytes: number): boolean {
  const free = process.availableMemory();
  // Without a cgroup's limit, Node counts the file cache as free itself.
  if (totalMemoryBytes() === totalmem()) return free >= bytes;
  return freemem() >= bytes && (free >= bytes || free + cacheBytes() >= bytes);
}

/** File cache of this process's cgroup, which the kernel takes back before memory is short. */
function cacheBytes(): number {
  const cgroups = contentOf("/proc/self/cgroup") ?? "";
  for (const path of statPaths(cgroups)) {
    const stat = contentOf(path);
    if (stat !== undefined) return inactiveFileBytes(stat);
  }
  return 0;
}

/**
 * Files that report the memory of a process's cgroup, the likeliest first: a container may see the
 * host's path, but only its own folder. Version 1 if it has the memory, as Node does it.
 *
 * @param cgroups the content of /proc/self/cgroup
 */
export function statPaths(cgroups: string): readonly string[] {
  const [, own] = /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(.*)$/m.exec(cgroups) ?? [];
  const root = own === undefined ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
  const path = own ?? /^0::(.*)$/m.exec(cgroups)?.[1];
  if (path === undefined) return [];
  return [...(path === "/" ? [] : [`${root}${path}/memory.stat`]), `${root}/memory.stat`];
}

/** @param stat the content of memory.stat; version 1 adds cgroups below in total_inactive_file */
export function inactiveFileBytes(stat: string): number {
  const withThoseBelow = /^total_inactive_file (\d+)$/m.exec(stat);
  return Number((withThoseBelow ?? /^inactive_file (\d+)$/m.exec(stat))?.[1] ?? 0);
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
