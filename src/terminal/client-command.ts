/** The commands `manycore run` and `manycore submit`, from the command line to the exit code. */
import { writeFile } from "node:fs/promises";
import { createClient, type JobHandle, type OutputBytes, ProblemError } from "../client/client.ts";
import { type ClientWish, parseClient } from "../config/client-arguments.ts";
import type { Environment } from "../config/environment.ts";
import { messageOf, propertyOf } from "../errors.ts";
import { followProgress } from "./progress-line.ts";
import { readTypedToken } from "./typed-token.ts";
import { readWishedInput } from "./wished-input.ts";

const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

type ClientCommand = "run" | "submit";

/** @returns the exit code */
export async function runClient(
  command: ClientCommand,
  argv: readonly string[],
  env: Environment,
): Promise<number> {
  const { stdout, stderr } = process;
  const parsed = parseClient(command, argv, env);
  if (parsed.kind === "help") {
    stdout.write(parsed.text);
    return exitCodes.ok;
  }
  if (parsed.kind === "errors") {
    for (const error of parsed.errors) stderr.write(`manycore ${command}: ${error}\n`);
    return exitCodes.usage;
  }
  try {
    await carryOut(command, parsed.wish);
    return exitCodes.ok;
  } catch (error) {
    stderr.write(`manycore ${command}: ${explain(error, parsed.wish)}\n`);
    return exitCodes.failed;
  }
}

async function carryOut(command: ClientCommand, wish: ClientWish): Promise<void> {
  const token = await readTypedToken(wish);
  const retries = command === "submit" ? 5 : 0;
  const client = createClient(wish.url, { retries, ...(token !== undefined && { token }) });
  const task = client[wish.task];
  if (!task) throw new Error(`There is no task ${wish.task}`);
  const input = await readWishedInput(wish);
  if (command === "run") {
    const executor = wish.executor as "inline" | undefined; // The server refuses other names.
    await write(wish, await task.run(input, executor === undefined ? {} : { executor }));
    return;
  }
  const job = await task.submit(input, wish.fields);
  if (!wish.wait) await print(`${job.id}\n`);
  else await waitFor(job, wish);
}

async function waitFor(job: JobHandle, wish: ClientWish): Promise<void> {
  process.stderr.write(`job ${job.id}\n`);
  await followProgress(job);
  await write(wish, await job.wait());
}

async function write({ output: file }: ClientWish, output: unknown): Promise<void> {
  const data = isBytes(output) ? output.data : `${JSON.stringify(output)}\n`;
  if (file !== undefined) await writeFile(file, data);
  else if (isBytes(output) && process.stdout.isTTY)
    throw new Error(
      `The output is ${output.data.length} bytes of ${output.type}. Use --output FILE`,
    );
  else await print(data);
}

/** @throws Error if the disk is full, for example. It is no error that nobody reads on (`| head`) */
function print(data: string | Uint8Array): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  process.stdout.once("error", () => {}); // The callback gets it, too.
  process.stdout.write(data, (error) => {
    if (!error || propertyOf(error, "code") === "EPIPE") resolve();
    else reject(new Error(`The output cannot be written: ${messageOf(error)}`));
  });
  return promise;
}

function isBytes(output: unknown): output is OutputBytes {
  const { data } = Object(output) as { data?: unknown };
  return data instanceof Uint8Array;
}

function explain(error: unknown, { url, type }: ClientWish): string {
  if (error instanceof ProblemError) {
    const isUnnamed = error.kind === "unsupported-media-type" && type === undefined;
    return isUnnamed ? `${error.message} Here: --type TYPE` : error.message;
  }
  const { cause } = Object(error) as { cause?: unknown };
  if (error instanceof TypeError && cause !== undefined)
    return `${url} does not answer: ${messageOf(cause) || "the connection was refused"}`;
  return messageOf(error);
}
