import { readdirSync, readFileSync } from "node:fs";
import { constants, getPriority, setPriority } from "node:os";

/**
 * Added to the nice value of threads that compute. The event loop then gets the CPU as soon as it
 * asks for it: it starts the next run and answers light requests sooner.
 */
export const niceIncrement = 10;

const threads = "/proc/self/task";

/**
 * Gives the calling thread the nice value of threads that compute. To be called when it has booted:
 * at low priority, a boot beside threads that compute takes many times as long, and a slot stays
 * empty. (Piscina's own `niceIncrement` counts from the first moment of the boot.)
 *
 * Linux only: elsewhere the value is that of the whole process.
 */
export function niceOwnThread(): void {
  if (process.platform !== "linux") return;
  try {
    setPriority(niceValue());
  } catch {
    // A policy forbids it.
  }
}

/**
 * Gives libuv's threads the nice value of Piscina's. libuv starts all of them with its first work.
 *
 * Linux only: it has a nice value for each thread, where POSIX wants one for the process
 * (setpriority(2), Bugs). On other systems, and in a sandbox without /proc, they keep theirs:
 * answers are slower, and nothing fails.
 *
 * @returns whether that is settled; false while libuv has no threads
 */
export function niceLibuvThreads(): boolean {
  if (process.platform !== "linux") return true;
  try {
    const nice = niceValue();
    const ids = readdirSync(threads).filter((id) => nameOf(id) === "libuv-worker");
    for (const id of ids) setPriority(Number(id), nice);
    return ids.length > 0;
  } catch {
    return true; // No /proc, or a policy forbids it.
  }
}

/** Of a thread that computes, beside the calling thread. */
function niceValue(): number {
  return Math.min(constants.priority.PRIORITY_LOW, getPriority() + niceIncrement);
}

function nameOf(id: string): string {
  return readFileSync(`${threads}/${id}/comm`, "utf8").trim();
}
