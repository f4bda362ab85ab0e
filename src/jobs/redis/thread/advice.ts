import { canWaitForDisk, type RedisFacts } from "./boot-checks.ts";

/** `error`: a promise of the queue does not hold. The message says why, and what to do. */
export interface Advice {
  readonly level: "error" | "warn";
  readonly message: string;
}

/** BullMQ advises against older ones. */
const oldest = [6, 2] as const;

const mostClockDifferenceMs = 1000;

/** What an operator should be told at the start. Nothing: jobs are as safe as in the embedded queue. */
export function adviceOf(facts: RedisFacts): Advice[] {
  return [ofVersion(facts), ofRole(facts), ofDisk(facts), ofMemory(facts), ofClock(facts)].filter(
    (advice) => advice !== null,
  );
}

function ofVersion({ product, version }: RedisFacts): Advice | null {
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  const isOld = major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
  if (version === null || !isOld) return null;
  return error(`${product} is too old for this queue. Use Redis ${oldest.join(".")} or newer`);
}

function ofRole({ product, role }: RedisFacts): Advice | null {
  if (role !== "slave") return null;
  const remedy = "Give --queue its master, or use redis+sentinel://…";
  return error(`This ${product} is a replica: no job can be written to it. ${remedy}`);
}

function ofDisk(facts: RedisFacts): Advice | null {
  const { product, isAppending, fsync, hasWaitAof } = facts;
  if (isAppending === false) {
    return error(
      `${product} has no append-only file: when it ends, jobs that were answered 202 are lost. Set appendonly yes`,
    );
  }
  if (fsync === "no") {
    return error(
      `${product} leaves it to the kernel when jobs are on disk (appendfsync no): a power cut may lose those of the last 30 s, although they were answered 202. Set appendfsync everysec or always`,
    );
  }
  if (isAppending === null || (fsync === null && !canWaitForDisk(facts))) {
    return warning(
      `It cannot be seen whether ${product} has jobs on its disk before they are answered 202: INFO or CONFIG GET is forbidden. Make sure of appendonly yes, and of appendfsync always where it is older than Redis 7.2`,
    );
  }
  if (canWaitForDisk(facts) || fsync === "always") return null;
  const why = hasWaitAof === null ? "COMMAND INFO is forbidden" : "it is older than Redis 7.2";
  return warning(
    `A power cut at ${product} may lose the jobs of the last second, although they were answered 202: it writes to its disk once a second (appendfsync everysec), and cannot be waited for (WAITAOF: ${why}). Set appendfsync always, or use Redis 7.2 or newer, or Valkey`,
  );
}

function ofMemory({ product, evictionPolicy }: RedisFacts): Advice | null {
  if (evictionPolicy === "noeviction") return null;
  if (evictionPolicy === null) {
    return warning(
      `It cannot be seen whether ${product} removes jobs when its memory is full: INFO and CONFIG GET are forbidden. Make sure of maxmemory-policy noeviction`,
    );
  }
  return error(
    `${product} removes jobs when its memory is full (maxmemory-policy ${evictionPolicy}). Set maxmemory-policy noeviction: then new jobs are refused`,
  );
}

function ofClock({ product, clockAheadMs }: RedisFacts): Advice | null {
  if (Math.abs(clockAheadMs) <= mostClockDifferenceMs) return null;
  const seconds = (Math.abs(clockAheadMs) / 1000).toFixed(1);
  const way = clockAheadMs > 0 ? "behind" : "ahead of";
  return warning(
    `The clock of this host is ${seconds} s ${way} that of ${product}. Times of jobs are those of Redis, and times of the log are those of this host. Synchronise the clocks (NTP)`,
  );
}

function error(message: string): Advice {
  return { level: "error", message };
}

function warning(message: string): Advice {
  return { level: "warn", message };
}
