/** How another process of the same user reaches a running server: a socket beside the queue's file. */
import { closeSync, openSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { Duplex } from "node:stream";

/** What a client says first. */
export const backUpRequest = "back-up";

/** What the server answers, a line of JSON each. The last one is `copied` or `failed`. */
export type BackupNews =
  | { readonly kind: "progress"; readonly done: number; readonly total: number }
  /** The copy is complete. Whoever asked for it moves it away, and closes the connection then. */
  | { readonly kind: "copied"; readonly path: string }
  | { readonly kind: "failed"; readonly message: string };

/** @param path of the queue's file */
export function controlSocketOf(path: string): string {
  return `${path}-control`;
}

/**
 * Where the copy is written before it goes where it is wanted: on the disk of the queue's file, which
 * is quick, and where the server may write whoever asks. A part that was left behind is removed.
 */
export function copyOf(path: string): string {
  return `${path}-backup.part`;
}

/** The longest path of a socket in bytes, on the system that allows least (macOS). */
const longestPath = 103;

/** An address of a socket that is short enough for the system. */
export interface ShortAddress extends Disposable {
  readonly address: string;
}

/** On Linux a longer path is reached through an open descriptor of its folder. Dispose it after use. */
export function shortAddressOf(path: string): ShortAddress {
  if (Buffer.byteLength(path) <= longestPath || process.platform !== "linux") {
    return { address: path, [Symbol.dispose]: () => {} };
  }
  const folder = openSync(dirname(path), "r");
  const address = `/proc/self/fd/${folder}/${basename(path)}`;
  return { address, [Symbol.dispose]: () => closeSync(folder) };
}

/** Longer lines are not of this protocol. */
const longestLine = 10_000;

/** Calls with each line that arrives. The stream is destroyed if one is too long. */
export function onLines(stream: Duplex, onLine: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > longestLine) stream.destroy();
    for (const line of lines) onLine(line);
  });
}
