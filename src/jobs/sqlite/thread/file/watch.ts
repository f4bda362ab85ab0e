import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { headerLength, headerOf, isSuccessor } from "./header.ts";
import { identityOf } from "./identity.ts";
import { logKeptBytes, logOf } from "./look.ts";

/** What somebody else did to the file, or to its log, while SQLite has them open. */
export type Finding =
  | "fine"
  /** The path cannot be looked at now, which says nothing of the file. */
  | "unseen"
  /** No path leads to the file that SQLite has open. The file itself is whole. */
  | "gone"
  | "replaced"
  /** SQLite has the log open, and nobody else will find it. */
  | "log-gone"
  /** What SQLite has open is not what it wrote. */
  | "cut-short"
  | "overwritten"
  | "log-cut-short";

/**
 * Looks whether the path still leads to the file that SQLite has open, and whether it is still as
 * SQLite wrote it. A look costs some 20 µs.
 *
 * Make it after SQLite has opened the file, and close it after SQLite has closed it: when a process
 * closes any descriptor of a file, the kernel releases all locks of the process on that file.
 */
export class FileWatch {
  readonly #path: string;
  readonly #file: number;
  /** By path both times: some systems give an open file other numbers than its path. */
  readonly #id: string | undefined;
  #header: Buffer;
  #size: number;
  #log: { readonly id: string; readonly size: number } | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, "r");
    this.#id = identityOf(path)?.id;
    this.#header = this.#readHeader();
    this.#size = fstatSync(this.#file).size;
    this.#log = identityOf(logOf(path));
  }

  look(): Finding {
    try {
      const there = identityOf(this.#path);
      if (!there) return "gone";
      if (there.id !== this.#id) return "replaced";
      return this.#lookInside() ?? this.#lookAtLog() ?? "fine";
    } catch {
      // A folder that cannot be searched, say.
      return "unseen";
    }
  }

  /** Whether the log that lies beside the path is the one that SQLite has open. */
  isLogOwn(): boolean {
    return this.#log !== undefined && identityOf(logOf(this.#path))?.id === this.#log.id;
  }

  /** SQLite makes a new log with its next write. */
  forgetLog(): void {
    this.#log = undefined;
  }

  /** The look before this one was fine, so what is there now is SQLite's own work. */
  accept(): void {
    this.#header = this.#readHeader();
    this.#size = fstatSync(this.#file).size;
  }

  close(): void {
    closeSync(this.#file);
  }

  #lookInside(): Finding | undefined {
    const { size } = fstatSync(this.#file);
    const header = this.#readHeader();
    // Where SQLite itself gave space back, the header says so.
    if (size < Math.min(this.#size, headerOf(header)?.sizeBytes || this.#size)) return "cut-short";
    if (!isSuccessor(header, this.#header)) return "overwritten";
    this.#size = size;
    this.#header = header;
    return undefined;
  }

  #lookAtLog(): Finding | undefined {
    const log = identityOf(logOf(this.#path));
    const before = this.#log;
    if (before && before.id !== log?.id) return "log-gone";
    if (before && log && log.size < Math.min(before.size, logKeptBytes)) return "log-cut-short";
    this.#log = log;
    return undefined;
  }

  #readHeader(): Buffer {
    const header = Buffer.alloc(headerLength);
    const length = readSync(this.#file, header, 0, headerLength, 0);
    return header.subarray(0, length);
  }
}
