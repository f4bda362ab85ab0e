import { readFileSync } from "node:fs";
import { freemem, totalmem } from "node:os";

/** The machine's memory, or what the cgroup allows of it. */
export function totalMemoryBytes(): number {
  const limit = process.constrainedMemory(); // 0, or more than there is, where there is no limit.
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** Whether so much memory can be had. The cache of files counts as free, where it can be told. */
export function hasMemoryFor(bytes: number): boolean {
  const free = process.availableMemory();
  if (totalMemoryBytes() === totalmem()) return free >= bytes; // Of a machine Node counts it so.
  return freemem() >= bytes && (free >= bytes || free + cacheBytes() >= bytes);
}

/** What the kernel takes back of this process's cgroup before it says that memory is short. */
function cacheBytes(): number {
  const cgroups = contentOf("/proc/self/cgroup") ?? "";
  for (const path of statPaths(cgroups)) {
    const stat = contentOf(path);
    if (stat !== undefined) return inactiveFileBytes(stat);
  }
  return 0;
}

/**
 * Where the memory of a process's cgroup is told of, the likeliest first: a container may see the
 * host's path, but only its own folder. Version 1 where it has the memory, as Node does it.
 *
 * @param cgroups what /proc/self/cgroup holds
 */
export function statPaths(cgroups: string): readonly string[] {
  const [, own] = /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(.*)$/m.exec(cgroups) ?? [];
  const root = own === undefined ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
  const path = own ?? /^0::(.*)$/m.exec(cgroups)?.[1];
  if (path === undefined) return [];
  return [...(path === "/" ? [] : [`${root}${path}/memory.stat`]), `${root}/memory.stat`];
}

/** @param stat a cgroup's memory.stat; version 1 has the cgroups below it in total_inactive_file */
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
