import { statSync } from "node:fs";

/**
 * Which file a path leads to, whatever its name: the device and the number that it has there.
 *
 * @returns its size in bytes, too; undefined where no file is there
 */
export function identityOf(path: string) {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && { id: `${stats.dev} ${stats.ino}`, size: Number(stats.size) };
}
