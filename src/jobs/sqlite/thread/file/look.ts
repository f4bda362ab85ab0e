import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { type Header, headerLength, headerOf } from "./header.ts";
import { newestFirstPage } from "./wal.ts";

/** What a path has before SQLite opens it. */
export type Look =
  | { readonly kind: "absent" | "empty" }
  /** The reason is the end of a sentence: "it is …". */
  | { readonly kind: "unusable"; readonly reason: string }
  | { readonly kind: "database"; readonly header: Header };

/** Looks at the file without SQLite and without a change, to it or to what lies beside it. */
export function lookAt(path: string): Look {
  const stats = statSync(path, { throwIfNoEntry: false });
  // Opening a pipe would block.
  if (stats && !stats.isFile()) return { kind: "unusable", reason: "it is no regular file" };
  const isLeft = hasLog(path);
  if (!stats || stats.size === 0) {
    // SQLite would delete the log.
    const reason = `it is ${stats ? "empty" : "missing"}, but its log ${logOf(path)} is there, which may hold jobs. Put the file back to its log, or remove the log`;
    if (isLeft) return { kind: "unusable", reason };
    return { kind: stats ? "empty" : "absent" };
  }
  return isLeft ? withLog(path) : alone(path);
}

/** The path of SQLite's write-ahead log: what was committed and is not in the file itself yet. */
export function logOf(path: string): string {
  return `${path}-wal`;
}

/** Whether the file has a log: while it is open, or after its server was killed. */
export function hasLog(path: string): boolean {
  return (statSync(logOf(path), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** A larger log is cut to this size when it starts anew. While it is open it is never smaller. */
export const logKeptBytes = 64 * 1024 * 1024;

/** The newest header may be in the log. */
function withLog(path: string): Look {
  const first = startOf(path).bytes;
  if (!headerOf(first)) return noDatabase;
  const header = headerOf(newestFirstPage(logOf(path)) ?? first);
  return header ? { kind: "database", header } : noDatabase;
}

function alone(path: string): Look {
  const { bytes, size } = startOf(path);
  const header = headerOf(bytes);
  if (!header) return noDatabase;
  if (size < header.sizeBytes) {
    const reason = `it is damaged (it has ${size} bytes where it should have ${header.sizeBytes})`;
    return { kind: "unusable", reason };
  }
  return { kind: "database", header };
}

const noDatabase: Look = { kind: "unusable", reason: "it is no database at all" };

function startOf(path: string): { readonly bytes: Buffer; readonly size: number } {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(headerLength);
    const length = readSync(file, bytes, 0, headerLength, 0);
    return { bytes: bytes.subarray(0, length), size: fstatSync(file).size };
  } finally {
    closeSync(file);
  }
}
