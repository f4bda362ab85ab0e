/** stdout and stderr of this process. They never hold it up. */
import { constants, fstatSync, openSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import type { Writable } from "node:stream";
import { isatty } from "node:tty";
import { type Gap, Outlet } from "./outlet.ts";

export interface Streams {
  readonly stdout: Outlet;
  /** The same outlet as stdout if both are one pipe or one terminal, to keep the order of lines. */
  readonly stderr: Outlet;
}

let opened: Streams | undefined;

/** The outlets of this process, opened once. Their waiting lines are written at the exit. */
export function streams(): Streams {
  opened ??= open();
  return opened;
}

/**
 * Keeps this process alive when it cannot print: to a full disk, to a reader that has gone, or to
 * one that does not read (Node would keep everything in memory). This covers the start line and
 * whatever tasks print: threads send it to the main thread.
 */
export function outliveOutput(): void {
  const { stdout, stderr } = streams();
  redirect(process.stdout, stdout);
  redirect(process.stderr, stderr);
}

/** Calls `tell` when an output takes lines again after some were dropped. */
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

/** Writes to stdout (1) or stderr (2). Throws where it would have to wait. */
export function writerOf(fd: 1 | 2): (bytes: Uint8Array) => number {
  if (fstatSync(fd).isSocket()) return socketWriter(fd);
  const own = withoutBlocking(fd);
  return (bytes) => writeSync(own, bytes);
}

/**
 * Returns a descriptor whose writes never wait. That flag belongs to the open file, not to the
 * descriptor, and other processes share the open file: a shell, npm, a child of a task. They set
 * and clear the flag, and so does Node: it sets it when it makes `process.stdout` of a pipe, and
 * restores it at exit. On Linux a process can open the same pipe or terminal again for itself.
 * Files do not block.
 */
function withoutBlocking(fd: 1 | 2): number {
  void (fd === 1 ? process.stdout : process.stderr); // Node sets the flag here.
  if (!fstatSync(fd).isFIFO() && !isatty(fd)) return fd;
  const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
  try {
    return openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    return fd; // Not on Linux, or another user's, or its reader has gone.
  }
}

/**
 * A socket (of systemd, or of a Node process that reads) cannot be opened again. Every process that
 * shares it clears the flag at its start and exit, workers included. So the flag is set again
 * before each write (0.2 us). Only the handle can do that. Nothing reads or writes through it, and
 * libuv does not close descriptors 1 and 2.
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
    return undefined; // A kind of socket that Node does not know, such as datagrams.
  }
}

/** An undocumented part of Node's socket handle. */
interface Handle {
  setBlocking?(isBlocking: boolean): void;
}

/** The stream object stays the same: a console, for example, already holds it. */
function redirect(stream: Writable, outlet: Outlet): void {
  stream.on("error", () => {});
  const write: Writable["_write"] = (chunk: string | Uint8Array, encoding, done) => {
    outlet.write(typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk);
    done();
  };
  Object.assign(stream, { _write: write, _writev: null });
}
