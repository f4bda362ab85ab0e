import type { Kind } from "./values.ts";

/** Where the queue of jobs is kept. */
export type QueueLocation =
  /** The path as it was given. */
  { readonly kind: "sqlite"; readonly path: string } | { readonly kind: "none" };

export const queueLocation: Kind<QueueLocation> = {
  allowed: "sqlite:PATH with the path of a file, or none",
  parse(given) {
    if (given === "none") return { ok: true, value: { kind: "none" } };
    const [, path] = /^sqlite:(.+)$/.exec(given) ?? [];
    if (path === undefined) {
      const isPath = /[./\\]/.test(given) && !/^[a-z]+:/i.test(given);
      return isPath ? { ok: false, reason: `Did you mean sqlite:${given}?` } : { ok: false };
    }
    // SQLite's names for a database that ends with the process: no job in it would be durable.
    if (path === ":memory:" || path.startsWith("file:")) {
      return { ok: false, reason: "A queue is kept in a file" };
    }
    return { ok: true, value: { kind: "sqlite", path } };
  },
  print: (location) => (location.kind === "none" ? "none" : `sqlite:${location.path}`),
};
