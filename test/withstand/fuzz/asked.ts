import { Agent, type IncomingMessage, request as send } from "node:http";
import { text } from "node:stream/consumers";
import type { FuzzRequest } from "./requests.ts";

/** Longest wait for an answer. A slow machine takes a part of it, a hang all of it. */
const patienceMs = 300_000;

/** What a request was answered. */
export interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A client of one server. It learns the names that the server gives, and asks for them. */
export class Asker {
  readonly #url: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 32 });
  readonly #names = ["nightly"];
  #turn = 0;

  constructor(url: string) {
    this.#url = new URL(url);
  }

  /** @throws Error where there is no whole answer; it names the request */
  async ask(request: FuzzRequest): Promise<Answered> {
    const path = this.#pathOf(request);
    try {
      const answered = await this.#exchange(request, path);
      this.#learn(answered.body);
      return answered;
    } catch (error) {
      const what = `${request.method} ${path} ${JSON.stringify(request.headers)}`;
      throw new Error(`${what} got no answer: ${error}`, { cause: error });
    }
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  #pathOf({ path, parameters, query }: FuzzRequest): string {
    let at = 0;
    const filled = path.replace(/:\w+/g, () => parameters[at++] ?? this.#name());
    return query === "" ? filled : `${filled}?${query}`;
  }

  /** One of the latest names, in turn. */
  #name(): string {
    return this.#names[this.#turn++ % this.#names.length] ?? "nightly";
  }

  #learn(body: string): void {
    const id = /"id":"([\w-]{10,40})"/.exec(body)?.[1];
    if (id === undefined || this.#names.includes(id)) return;
    this.#names.push(id);
    if (this.#names.length > 40) this.#names.splice(1, 1);
  }

  #exchange({ method, headers, body }: FuzzRequest, path: string): Promise<Answered> {
    const { hostname, port } = this.#url;
    const { promise, resolve, reject } = Promise.withResolvers<Answered>();
    const bytes = body?.bytes ?? Buffer.alloc(0);
    const all = { ...headers, ...body?.headers };
    const hasBody = body !== null || method === "POST" || method === "PUT" || method === "PATCH";
    const length = hasBody ? { "content-length": bytes.length } : {};
    const asking = send({
      ...{ host: hostname, port, method, path, agent: this.#agent },
      headers: { host: this.#url.host, ...all, ...length },
      signal: AbortSignal.timeout(patienceMs),
    });
    asking.on("error", reject);
    asking.on("response", (response) => void read(response).then(resolve, reject));
    asking.end(bytes);
    return promise;
  }
}

async function read(response: IncomingMessage): Promise<Answered> {
  const { statusCode: status = 0, headers } = response;
  if (headers["content-type"]?.startsWith("text/event-stream")) {
    response.destroy(); // It has no end while its job runs.
    return { status, headers, body: "" };
  }
  return { status, headers, body: await text(response) };
}
