/** stdout and stderr of this process, which never hold it up. */
import { constants, fstatSync, openSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import type { Writable } from "node:stream";
import { isatty } from "node:tty";
import { type Gap, Outlet } from "./outlet.ts";

export interface Streams {
  readonly stdout: Outlet;
  /** The same as stdout's where both are one pipe or one terminal, so that they keep their order. */
  readonly stderr: Outlet;
}

let opened: Streams | undefined;

/** The outlets of this process, which are opened once. What waits in them is written at the exit. */
export function streams(): Streams {
  opened ??= open();
  return opened;
}

/**
 * Lets this process outlive what it cannot print: to a full disk, to a reader that has gone, or to
 * one that does not read, for whom Node would keep everything in memory. The start line goes there,
 * and whatever a task prints: threads send it to the main one.
 */
export function outliveOutput(): void {
  const { stdout, stderr } = streams();
  redirect(process.stdout, stdout);
  redirect(process.stderr, stderr);
}

/** Calls `tell` where lines are missing in an output, once it takes lines again. */
export function tellOfGaps(tell: (gap: Gap, stream: string) => void): void {
  const { stdout, stderr } = streams();
  stdout.onGap = (gap) => tell(gap, "stdout");
  stderr.onGap = (gap) => tell(gap, stdout === stderr ? "stdout and stderr" : "stderr");
}

function open(): Streams {
  const stdout = new Outlet(writerOf(1));
  const stderr = isSameStream(1, 2) ? stdout : new Outlet(writerOf(2));
  process.on("exit", () => {
    stdout.finish();
    stderr.finish();
  });
  return { stdout, stderr };
}

function isSameStream(one: number, other: number): boolean {
  const [a, b] = [fstatSync(one), fstatSync(other)];
  return !a.isFile() && a.dev === b.dev && a.ino === b.ino;
}

/** Writes to stdout (1) or stderr (2), and throws where that would have to wait. */
export function writerOf(fd: 1 | 2): (bytes: Uint8Array) => number {
  if (fstatSync(fd).isSocket()) return socketWriter(fd);
  const own = withoutBlocking(fd);
  return (bytes) => writeSync(own, bytes);
}

/**
 * A descriptor whose writes never wait. That is a flag of what is open, not of the descriptor, and
 * other processes may have the same open: a shell, npm, a child of a task. They set and clear it as
 * they like, and so does Node, which sets it when it makes `process.stdout` of a pipe, and restores
 * it at its exit. Linux lets a process open the same pipe or terminal once more for itself. Files do
 * not block.
 */
function withoutBlocking(fd: 1 | 2): number {
  void (fd === 1 ? process.stdout : process.stderr); // Sets the flag.
  if (!fstatSync(fd).isFIFO() && !isatty(fd)) return fd;
  const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
  try {
    return openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    return fd; // Not on Linux, or of another user, or nobody reads it any more.
  }
}

/**
 * A socket (of systemd, or of a Node process that reads) cannot be opened once more. Each start and
 * each exit of a process that shares it clears the flag, those of the workers too, so the flag is
 * set again before each write (some 0.2 µs). Only the handle can do that. Nothing reads or writes
 * by it, and libuv does not close descriptors 1 and 2.
 */
function socketWriter(fd: 1 | 2): (bytes: Uint8Array) => number {
  const handle = handleOf(fd);
  return (bytes) => {
    handle?.setBlocking?.(false);
    return writeSync(fd, bytes);
  };
}

function handleOf(fd: 1 | 2): Handle | undefined {
  try {
    return (new Socket({ fd, readable: false }) as Socket & { _handle?: Handle })._handle;
  } catch {
    return undefined; // A socket of a kind that Node does not know, one of datagrams for example.
  }
}

/** What Node does not document of a socket. */
interface Handle {
  setBlocking?(isBlocking: boolean): void;
}

/** Whoever has the stream already goes on with it, a console for example. */
function redirect(stream: Writable, outlet: Outlet): void {
  stream.on("error", () => {});
  const write: Writable["_write"] = (chunk: string | Uint8Array, encoding, done) => {
    outlet.write(typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk);
    done();
  };
  Object.assign(stream, { _write: write, _writev: null });
}
