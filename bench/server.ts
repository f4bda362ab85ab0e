import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

// In the npm package these files are JavaScript.
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const command = fileURLToPath(new URL("../src/manycore.js", import.meta.url));
const reference = (name: string) =>
  fileURLToPath(new URL(`./references/${name}.${extension}`, import.meta.url));

/** A server under test, in processes of its own. */
export interface ServerUnderTest extends AsyncDisposable {
  readonly url: string;
  /** The root of its tree of processes. */
  readonly pid: number;
  /** Aborts when the server ends, for whatever cause; its reason is an Error that says how. */
  readonly ended: AbortSignal;
}

/** It ended before it served; it has said why on stderr. */
export class ServerDidNotStart extends Error {
  override readonly name = "ServerDidNotStart";
  /** 2 where its command line is wrong. */
  readonly exitCode: number | null;

  constructor(message: string, exitCode: number | null) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Starts manycore by the command that users type, with these flags, on a free port; without jobs
 * where no flag says otherwise.
 */
export function startManycore(flags: readonly string[]): Promise<ServerUnderTest> {
  const unless = (flag: string, value: string) => (flags.includes(flag) ? [] : [flag, value]);
  const usual = [...unless("--log-level", "warn"), ...unless("--queue", "none")];
  return start([command, "--port", "0", ...usual, ...flags]);
}

/** Starts the plain `node:http` server that answers the bytes of `GET /`. */
export function startHello(): Promise<ServerUnderTest> {
  return start([reference("hello")]);
}

/** Starts the cluster of the tutorials, which runs one task in its request handler. */
export function startTutorial(
  workers: number,
  task: string,
  files: readonly string[],
): Promise<ServerUnderTest> {
  return start([reference("tutorial"), String(workers), task, ...files]);
}

/** @throws ServerDidNotStart with what it printed, where it ends before it serves */
async function start(args: readonly string[]): Promise<ServerUnderTest> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  child.stdout.setEncoding("utf8");
  for await (const text of child.stdout.iterator({ destroyOnReturn: false })) {
    printed += text;
    if (/http:\S+\s/.test(printed)) break;
  }
  const url = /http:\/\/[\w.:[\]]+/.exec(printed)?.[0];
  if (!url || child.pid === undefined) {
    if (child.pid !== undefined && child.exitCode === null) await once(child, "exit");
    const message = `The server did not start: ${args.slice(1).join(" ")}\n${printed}`;
    throw new ServerDidNotStart(message, child.exitCode);
  }
  child.stdout.resume();
  const ended = new AbortController();
  child.once("exit", (code, signal) => ended.abort(new Error(signal ?? `exit code ${code}`)));
  return { url, pid: child.pid, ended: ended.signal, [Symbol.asyncDispose]: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}
