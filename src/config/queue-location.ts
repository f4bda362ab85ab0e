import { isAbsolute, join } from "node:path";
import { type Kind, refused } from "./kind.ts";
import { isRedisUrl, parseRedisUrl, type RedisLocation, shownUrl } from "./redis-location.ts";

/** Where the jobs are kept. */
export type QueueLocation =
  /** The path as it was given. */
  { readonly kind: "sqlite"; readonly path: string } | RedisLocation | { readonly kind: "none" };

type Written = `sqlite:${string}` | `redis${string}` | "none";

export const queueLocation: Kind<QueueLocation, Written> = {
  allowed: "sqlite:PATH with the path of a file, redis://HOST:PORT, or none",
  ...{ placeholder: "QUEUE", examples: ["none", "sqlite:jobs.db", "redis://127.0.0.1:6379/0"] },
  shown: shownUrl,
  parse(given) {
    if (given === "none") return { ok: true, value: { kind: "none" } };
    if (isRedisUrl(given)) return parseRedisUrl(given);
    if (isPostgresUrl(given)) return { ok: false, reason: withoutPostgres };
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

/** docs/redis.md says why there is none. */
const withoutPostgres =
  "There is no queue in PostgreSQL. Use redis://HOST:PORT for several servers, or sqlite:PATH for one";

function isPostgresUrl(text: string): boolean {
  return /^postgres(ql)?:/i.test(text);
}

/** The value for the working folder, where its path counts from another folder. */
export function queueFromFolder(value: string, folder: string): string {
  const [, path] = /^sqlite:(.+)$/.exec(value) ?? [];
  const isFixed = path === undefined || /^(:|file:)/.test(path) || isAbsolute(path);
  return isFixed ? value : `sqlite:${join(folder, path)}`;
}
