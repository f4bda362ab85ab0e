import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import type { ClientWish } from "../config/client-arguments.ts";
import { messageOf } from "../errors.ts";

/**
 * The input of a run, as the client sends it. Whether a task takes bytes, the server knows.
 *
 * @throws Error for a file that cannot be read, and for a text that is no JSON
 */
export async function readWishedInput(wish: ClientWish): Promise<unknown> {
  const { task, input = "{}", type, query } = wish;
  const file = input.startsWith("@") ? input.slice(1) : undefined;
  const data = file === undefined ? Buffer.from(input) : await readBytes(file);
  if (await takesBytes(wish)) {
    return { data: new Uint8Array(data), type, query: Object.fromEntries(query) };
  }
  if (type !== undefined || query.length > 0) {
    const stray = type === undefined ? "--query" : "--type";
    throw new Error(`${stray} is for tasks that take bytes, and ${task} takes JSON. Leave it out`);
  }
  try {
    return JSON.parse(data.toString());
  } catch (error) {
    const where = file === undefined ? "--input" : `--input @${file}`;
    throw new Error(`${where} is no JSON: ${messageOf(error)}`);
  }
}

async function readBytes(file: string): Promise<Buffer> {
  try {
    return file === "-" ? await buffer(process.stdin) : await readFile(file);
  } catch (error) {
    throw new Error(`--input @${file} cannot be read: ${messageOf(error)}`);
  }
}

/** A server that does not know the task says so when the input comes. */
async function takesBytes({ url, task }: ClientWish): Promise<boolean> {
  const base = url.endsWith("/") ? url : `${url}/`;
  const response = await fetch(`${base}tasks/${encodeURIComponent(task)}`);
  if (!response.ok) return false;
  const { input } = (await response.json()) as { input?: { body?: unknown } };
  return input?.body !== undefined; // A JSON Schema has no "body" beside its "type".
}
