import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { endWithUs } from "./children.ts";

const command = fileURLToPath(new URL("../../../src/manycore.js", import.meta.url));

/** A server under test, in processes of its own. */
export interface ServerUnderTest extends AsyncDisposable {
  readonly url: string;
  /** Where control listens. Null if there is none. */
  readonly controlUrl: string | null;
  /** The root of its process tree. */
  readonly pid: number;
  /** Aborts when the server ends, for any reason. Its reason is an Error that says how. */
  readonly ended: AbortSignal;
}

/** The server ended before it served. */
export class ServerDidNotStart extends Error {
  override readonly name = "ServerDidNotStart";
  /** The server's last message on stderr. Null if it wrote none. */
  readonly why: string | null;
  /** 2 if its command line is wrong. */
  readonly exitCode: number | null;

  constructor(message: string, exitCode: number | null, why: string | null) {
    super(message);
    this.why = why;
    this.exitCode = exitCode;
  }
}

/**
 * Starts manycore by the command that users type, on a free port. Without flags for them, it has no
 * jobs and logs warnings only.
 *
 * @throws what `startServer` throws
 */
export function startManycore(
  flags: readonly string[],
  signal: AbortSignal,
): Promise<ServerUnderTest> {
  const unless = (flag: string, value: string) => (flags.includes(flag) ? [] : [flag, value]);
  // Other work of the machine makes a start slow, and is no reason to give up.
  const boot = unless("--boot-timeout", "1m");
  const usual = [...unless("--log-level", "warn"), ...unless("--queue", "none"), ...boot];
  // A configuration file of the folder is for the user's own server.
  return startServer([command, "--port", "0", "--config", "none", ...usual, ...flags], signal);
}

/**
 * Starts a server by a command of Node's, and waits until it has printed its URL.
 *
 * @param args of `node`
 * @param signal ends the start; a server that serves is ended by who has it
 * @throws ServerDidNotStart with what it printed, where it ends before it serves; the signal's reason
 */
export async function startServer(
  args: readonly string[],
  signal: AbortSignal,
): Promise<ServerUnderTest> {
  signal.throwIfAborted();
  const stdio = ["ignore", "pipe", "pipe"] as const;
  const child = endWithUs(spawn(process.execPath, args, { stdio: [...stdio] }));
  const giveUp = () => child.kill("SIGTERM");
  signal.addEventListener("abort", giveUp);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    process.stderr.write(text);
    said = (said + text).slice(-keptLength);
  });
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>();
  child.once("close", () => onClosed());
  let printed = "";
  child.stdout.setEncoding("utf8");
  for await (const text of child.stdout.iterator({ destroyOnReturn: false })) {
    printed += text;
    if (/http:\S+\s/.test(printed)) break;
  }
  signal.removeEventListener("abort", giveUp);
  const url = /http:\/\/[\w.:[\]]+/.exec(printed)?.[0];
  if (!url || child.pid === undefined) {
    await closed; // It comes after the exit and after the last of stderr.
    signal.throwIfAborted();
    const message = `The server did not start: ${args.slice(1).join(" ")}\n${printed}`;
    throw new ServerDidNotStart(message, child.exitCode, readLastWord(said));
  }
  child.stdout.resume();
  const ended = new AbortController();
  child.once("exit", (code, signal) => ended.abort(new Error(signal ?? `exit code ${code}`)));
  return {
    url,
    controlUrl: /control at (http:\/\/[\w.:[\]]+)/.exec(printed)?.[1] ?? null,
    pid: child.pid,
    ended: ended.signal,
    [Symbol.asyncDispose]: () => endServer(child),
  };
}

/** Bytes of stderr that are kept. */
const keptLength = 65_536;

/** The message of the last line. Servers log JSON if stderr is no terminal. */
export function readLastWord(said: string): string | null {
  const last = said.trim().split("\n").at(-1) ?? "";
  try {
    const { msg } = JSON.parse(last) as { readonly msg?: unknown };
    return typeof msg === "string" ? msg : last;
  } catch {
    return last === "" ? null : last;
  }
}

async function endServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}
