import { problemOf } from "./problem-error.ts";

export interface ConnectionOptions {
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a server with `--token`. It is sent as `Authorization: Bearer`. */
  readonly token?: string;
  /** How often a request is sent again that the server had no room for; 5 if left out. */
  readonly retries?: number;
  /** The longest pause before a request is sent again, in ms; 30,000 if left out. */
  readonly mostPauseMs?: number;
  /** Another `fetch`, for tests or an agent of your own. */
  readonly fetch?: typeof fetch;
}

export interface Asked {
  readonly method?: "GET" | "POST" | "DELETE" | "PATCH";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: NonNullable<RequestInit["body"]>;
  readonly signal?: AbortSignal | undefined;
  /** Whether the same request may arrive twice: then it is sent again if the connection breaks. */
  readonly isRepeatable?: boolean;
}

/** The first pause after a broken connection, in ms. It doubles. */
const firstPauseMs = 100;

/** The server, for one client: sends requests, and sends them again where that helps. */
export class Connection {
  readonly #base: string;
  readonly #options: ConnectionOptions;

  /** @param url of the server; it may have a path, where a proxy puts the server below one */
  constructor(url: string | URL, options: ConnectionOptions) {
    const { href, search, hash } = new URL(url);
    if (search !== "" || hash !== "")
      throw new TypeError(`The address of the server must end before "${search || hash}": ${href}`);
    this.#base = href.endsWith("/") ? href : `${href}/`;
    this.#options = options;
  }

  /**
   * Sends a request. A 503 or 429 is sent again after its Retry-After: nothing was done for it.
   *
   * @param path relative to the server, without a leading slash
   * @throws ProblemError for every answer that is no success, TypeError if the connection broke, the
   *   signal's reason
   */
  async send(path: string, asked: Asked = {}): Promise<Response> {
    const { retries = 5 } = this.#options;
    for (let tries = 0; ; tries++) {
      const answer = await this.#try(path, asked, tries < retries);
      if (answer instanceof Response && answer.ok) return answer;
      const pauseMs = answer instanceof Response ? retryAfterMs(answer) : firstPauseMs * 2 ** tries;
      if (pauseMs === undefined || tries >= retries) throw await errorOf(answer);
      if (answer instanceof Response) await answer.body?.cancel();
      const { mostPauseMs = 30_000 } = this.#options;
      await pause(Math.min(pauseMs, mostPauseMs), asked.signal);
    }
  }

  /**
   * Sends a request, and reads the answer. One that breaks off is asked for again where the request
   * may be sent twice.
   *
   * @throws as `send`, and what `read` throws
   */
  async read<Value>(
    path: string,
    asked: Asked,
    read: (response: Response) => Promise<Value>,
  ): Promise<Value> {
    const { retries = 5 } = this.#options;
    const { method = "GET", isRepeatable = method === "GET" } = asked;
    for (let tries = 0; ; tries++) {
      const response = await this.send(path, asked);
      try {
        return await read(response);
      } catch (error) {
        // A broken connection is a TypeError.
        if (!(isRepeatable && tries < retries && error instanceof TypeError)) throw error;
      }
      await pause(firstPauseMs * 2 ** tries, asked.signal);
    }
  }

  /** @returns the error instead of an answer where the connection broke, and may be tried again */
  async #try(path: string, asked: Asked, mayRepeat: boolean): Promise<Response | TypeError> {
    const { method = "GET", headers, body, signal, isRepeatable = method === "GET" } = asked;
    const { fetch = globalThis.fetch } = this.#options;
    try {
      return await fetch(this.#base + path, {
        method,
        headers: this.#headersWith(headers),
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
      });
    } catch (error) {
      if (isRepeatable && mayRepeat && error instanceof TypeError) return error;
      throw error;
    }
  }

  #headersWith(more: Readonly<Record<string, string>> = {}): Headers {
    const { headers: always, token } = this.#options;
    const headers = new Headers(always);
    if (token) headers.set("Authorization", `Bearer ${token}`);
    for (const [name, value] of Object.entries(more)) headers.set(name, value);
    return headers;
  }
}

async function errorOf(answer: Response | TypeError): Promise<Error> {
  return answer instanceof Response ? problemOf(answer) : answer;
}

/** Undefined where it does not help to send it again. */
function retryAfterMs({ status, headers }: Response): number | undefined {
  if (status !== 503 && status !== 429) return undefined;
  const said = headers.get("Retry-After");
  if (said === null) return undefined;
  const ms = /^\d+$/.test(said) ? Number(said) * 1000 : Date.parse(said) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** @throws the signal's reason */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const onAbort = () => reject(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}
