import type { Asked, Connection } from "./connection.ts";
import { JobHandle } from "./job-handle.ts";
import { readBytes, readJson } from "./output.ts";
import type { ShownJob, SubmitOptions } from "./shown-job.ts";

export interface RunOptions {
  /** Where it is to run, if not where the server would run it. */
  readonly executor?: "inline" | "libuv" | "threads";
  /** Ends the wait. The server ends the run, too, if it can. */
  readonly signal?: AbortSignal;
}

/** What a task takes that takes bytes. */
export interface InputBytes {
  readonly data: Uint8Array<ArrayBuffer> | ArrayBuffer | Blob;
  /** The media type; that of a Blob if left out. */
  readonly type?: string;
  readonly query?: object;
}

/** A task of the server. */
export class TaskClient {
  readonly name: string;
  readonly #connection: Connection;
  readonly #path: string;

  constructor(connection: Connection, name: string) {
    this.#connection = connection;
    this.name = name;
    this.#path = `tasks/${encodeURIComponent(name)}`;
  }

  /**
   * Runs it now, and waits for the output.
   *
   * @throws ProblemError (`invalid-input`, `task-failed`, `run-timeout`, ...), TypeError if the
   *   connection broke, the signal's reason
   */
  async run(input: unknown = {}, { executor, signal }: RunOptions = {}): Promise<unknown> {
    const { query, ...asked } = requestOf(input);
    if (executor !== undefined) query.set("executor", executor);
    const path = withQuery(this.#path, query);
    const response = await this.#connection.send(path, { ...asked, signal });
    const bytes = await readBytes(response);
    return bytes ?? (await readJson<{ readonly result: unknown }>(response)).result;
  }

  /**
   * Submits a job. When this resolves, the job is on the server's disk.
   *
   * @throws ProblemError, TypeError if the connection broke again and again, the signal's reason
   */
  async submit(input: unknown = {}, options: SubmitOptions = {}): Promise<JobHandle> {
    const { idempotencyKey = randomKey(), signal, ...fields } = options;
    const key = { "Idempotency-Key": idempotencyKey };
    const asked = isBytes(input)
      ? this.#bytesJob(input, fields)
      : jsonRequest({ task: this.name, input, ...fields });
    const { path = "jobs", headers, ...rest } = asked;
    const sent = { ...rest, headers: { ...headers, ...key }, signal, isRepeatable: true };
    const { id } = await this.#connection.read<ShownJob>(path, sent, readJson);
    return new JobHandle(this.#connection, id);
  }

  /** The body is the input, so there is no place for fields of the job. */
  #bytesJob(input: InputBytes, fields: object) {
    const [stray] = Object.keys(fields);
    if (stray !== undefined)
      throw new TypeError(`A job that takes bytes takes no ${stray}: leave it out`);
    const { query, headers, ...rest } = requestOf(input);
    const path = withQuery(this.#path, query);
    return { ...rest, path, headers: { ...headers, Prefer: "respond-async" } };
  }
}

interface TaskRequest extends Asked {
  readonly query: URLSearchParams;
}

function requestOf(input: unknown): TaskRequest {
  if (!isBytes(input)) return { ...jsonRequest(input), query: new URLSearchParams() };
  const { data, type, query = {} } = input;
  const named = type ?? (data instanceof Blob && data.type !== "" ? data.type : undefined);
  const headers = { "Content-Type": named ?? "application/octet-stream" };
  return { method: "POST", headers, body: data, query: queryOf(query) };
}

function jsonRequest(value: unknown): Asked & { readonly path?: string } {
  const headers = { "Content-Type": "application/json" };
  return { method: "POST", headers, body: JSON.stringify(value) };
}

function queryOf(fields: object): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query;
}

function withQuery(path: string, query: URLSearchParams): string {
  return query.size === 0 ? path : `${path}?${query}`;
}

/** JSON has no bytes, so no other task takes such an input. */
function isBytes(input: unknown): input is InputBytes {
  if (typeof input !== "object" || input === null || !("data" in input)) return false;
  const { data } = input;
  return data instanceof Uint8Array || data instanceof ArrayBuffer || data instanceof Blob;
}

/** `randomUUID` is missing in browsers on pages without TLS. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
