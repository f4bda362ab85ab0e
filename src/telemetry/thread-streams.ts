/** stdout and stderr of a thread. */
import type { Writable } from "node:stream";
import { writerOf } from "./streams.ts";

/**
 * Lets this thread write what its tasks print by itself, as they print it. Node hands it to the main
 * thread, one line and then the rest once the task lets the event loop turn: all but the first line
 * is lost where the thread is ended before. What cannot be written without waiting still goes that
 * way: the main thread knows what to do about a reader who does not read.
 */
export function printAtOnce(): void {
  redirect(process.stdout, 1);
  redirect(process.stderr, 2);
}

/** A thread's stream has this, and no `_write`. */
type WriteMany = NonNullable<Writable["_writev"]>;

function redirect(stream: Writable, fd: 1 | 2): void {
  const handOver = stream._writev?.bind(stream) as WriteMany | undefined;
  if (!handOver) return;
  let writeSome: ReturnType<typeof writerOf> | undefined;
  const write: Writable["_write"] = (chunk: string | Uint8Array, encoding, done) => {
    // Opened by the first line: most threads never print.
    writeSome ??= writerOf(fd);
    let rest = typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
    try {
      while (rest.length > 0) rest = rest.subarray(writeSome(rest));
    } catch {
      handOver([{ chunk: rest, encoding: "buffer" as BufferEncoding }], done);
      return;
    }
    done();
  };
  // What comes while that is under way goes the same way, by its `_writev`.
  Object.assign(stream, { _write: write });
}
