import { isAbsolute, join } from "node:path";
import { type Kind, refused } from "./kind.ts";

/** Where the jobs are kept. */
export type QueueLocation =
  /** The path as it was given. */
  { readonly kind: "sqlite"; readonly path: string } | { readonly kind: "none" };

export const queueLocation: Kind<QueueLocation, `sqlite:${string}` | "none"> = {
  allowed: "sqlite:PATH with the path of a file, or none",
  ...{ placeholder: "QUEUE", examples: ["none", "sqlite:jobs.db"] },
  parse(given) {
    if (given === "none") return { ok: true, value: { kind: "none" } };
    const [, path] = /^sqlite:(.+)$/.exec(given) ?? [];
    if (path === undefined) {
      const isPath = /[./\\]/.test(given) && !/^[a-z]+:/i.test(given);
      return isPath ? { ok: false, reason: `Did you mean sqlite:${given}?` } : refused;
    }
    // SQLite's names for a database in memory: its jobs would end with the process.
    if (path === ":memory:" || path.startsWith("file:")) {
      return { ok: false, reason: "A queue is kept in a file" };
    }
    return { ok: true, value: { kind: "sqlite", path } };
  },
};

/** The value for the working folder, where its path counts from another folder. */
export function queueFromFolder(value: string, folder: string): string {
  const [, path] = /^sqlite:(.+)$/.exec(value) ?? [];
  const isFixed = path === undefined || /^(:|file:)/.test(path) || isAbsolute(path);
  return isFixed ? value : `sqlite:${join(folder, path)}`;
}
