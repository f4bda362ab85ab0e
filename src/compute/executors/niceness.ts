import { readdirSync, readFileSync } from "node:fs";
import { constants, getPriority, setPriority } from "node:os";

/**
 * Added to the nice value of threads that compute, so that the event loop gets the CPU as soon as
 * it asks: the next run is handed over sooner, and light requests are answered sooner.
 */
export const niceIncrement = 10;

const threads = "/proc/self/task";

/**
 * Makes libuv's threads as nice as Piscina's are. libuv starts them, all at once, with the first
 * work that it gets.
 *
 * Only Linux, which has a nice value for each thread and not for the process as POSIX wants it
 * (setpriority(2), Bugs). Elsewhere, and in a sandbox without /proc, they stay what they are: this
 * makes answers quicker, and no run depends on it.
 *
 * @returns whether that is settled; false where libuv has no threads yet
 */
export function niceLibuvThreads(): boolean {
  if (process.platform !== "linux") return true;
  try {
    const nice = Math.min(constants.priority.PRIORITY_LOW, getPriority() + niceIncrement);
    const ids = readdirSync(threads).filter((id) => nameOf(id) === "libuv-worker");
    for (const id of ids) setPriority(Number(id), nice);
    return ids.length > 0;
  } catch {
    return true; // No /proc, or a policy against it.
  }
}

function nameOf(id: string): string {
  return readFileSync(`${threads}/${id}/comm`, "utf8").trim();
}
