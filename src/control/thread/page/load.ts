import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import type { PageFile } from "./files.ts";

/** A file as a browser gets it. */
export interface LoadedFile {
  readonly text: string;
  /** Of the text, quoted (RFC 9110, section 8.8.3). */
  readonly etag: string;
  readonly modifiedMs: number;
}

/** Reads files of the page. One that was saved since is read again: whoever changes it sees it at once. */
export class PageLoader {
  readonly #loaded = new Map<string, LoadedFile>();

  async load(file: PageFile): Promise<LoadedFile> {
    const { mtimeMs: modifiedMs } = await stat(file.path);
    const known = this.#loaded.get(file.path);
    if (known?.modifiedMs === modifiedMs) return known;
    const written = await readFile(file.path, "utf8");
    const text = file.isTypeScript ? stripTypeScriptTypes(written) : written;
    const etag = `"${createHash("sha256").update(text).digest("base64url").slice(0, 27)}"`;
    const loaded = { text, etag, modifiedMs };
    this.#loaded.set(file.path, loaded);
    return loaded;
  }
}
