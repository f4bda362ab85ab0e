/** stdout and stderr of a thread. */
import type { Writable } from "node:stream";
import { writerOf } from "./streams.ts";

/**
 * Lets this thread write its tasks' output itself, at once. Node would send it to the main thread:
 * one line now, the rest when the event loop turns, so most of it would be lost if the thread is
 * ended first. Output that would have to wait still goes through the main thread, which can handle
 * a reader that does not read.
 */
export function printAtOnce(): void {
  redirect(process.stdout, 1);
  redirect(process.stderr, 2);
}

/** A thread's stream has this method, and no `_write`. */
type WriteMany = NonNullable<Writable["_writev"]>;

function redirect(stream: Writable, fd: 1 | 2): void {
  const handOver = stream._writev?.bind(stream) as WriteMany | undefined;
  if (!handOver) return;
  let writeSome: ReturnType<typeof writerOf> | undefined;
  const write: Writable["_write"] = (chunk: string | Uint8Array, encoding, done) => {
    // Opened for the first line: most threads never print.
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
  // Further output takes the same way meanwhile, through `_writev`.
  Object.assign(stream, { _write: write });
}
