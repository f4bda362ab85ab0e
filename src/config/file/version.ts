import { statSync } from "node:fs";

/** Another text whenever the file was written, replaced or removed. A missing file has one, too. */
export function fileVersion(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs} ${stat.size} ${stat.ino}` : "missing";
}
