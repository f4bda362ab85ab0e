import { Agent, type IncomingMessage, request } from "node:http";

/** How a client connects: each request over a new connection, or over one that is kept. */
export type Connecting = "keep-alive" | "a connection per request";

export interface LoadReport {
  readonly sent: number;
  /** What went wrong with each request that got no right answer. */
  readonly failures: readonly string[];
}

/**
 * With so many requests under way the server can no longer take the rate: the machine does something
 * else as well. The load then waits for it. An overload would fill its connections, and say nothing
 * about a reload.
 */
const mostOpen = 200;

const path = "/hash?input=reload&salt=00112233445566778899aabbccddeeff";

/**
 * Sends requests at a steady rate, whatever comes back: 70 % of what the server could take just before.
 * It checks every answer, and repeats none.
 */
export class SteadyLoad {
  readonly #url: URL;
  readonly #agent: Agent | undefined;
  readonly #failures: string[] = [];
  readonly #open = new Set<Promise<void>>();
  #expected: string | undefined;
  #sent = 0;
  #pump: NodeJS.Timeout | undefined;

  /** @param iterations what a run costs: 300 take much less than 1 ms */
  constructor(url: string, connecting: Connecting, iterations: number) {
    this.#url = new URL(`${path}&iterations=${iterations}`, url);
    // First in, first out: each kept connection is idle for a while between two requests.
    const kept = { keepAlive: true, maxFreeSockets: 64, scheduling: "fifo" } as const;
    this.#agent = connecting === "keep-alive" ? new Agent(kept) : undefined;
  }

  get sent(): number {
    return this.#sent;
  }

  async start(): Promise<void> {
    const perSecond = 0.7 * (await this.#peak());
    let lookedAt = performance.now();
    let due = 0;
    this.#pump = setInterval(() => {
      const now = performance.now();
      due = Math.min(mostOpen, due + ((now - lookedAt) / 1000) * perSecond);
      lookedAt = now;
      for (; due >= 1 && this.#open.size < mostOpen; due--) void this.#send();
    }, 2);
  }

  /** Resolves when every request that was sent has ended. */
  async stop(): Promise<LoadReport> {
    clearInterval(this.#pump);
    await Promise.all(this.#open);
    this.#agent?.destroy();
    return { sent: this.#sent, failures: this.#failures };
  }

  /** Requests per second, of 16 clients that each send the next one at once. */
  async #peak(): Promise<number> {
    const begunAt = performance.now();
    const [before, lastsMs] = [this.#sent, 1000];
    const client = async () => {
      while (performance.now() - begunAt < lastsMs) await this.#send();
    };
    await Promise.all(Array.from({ length: 16 }, client));
    return ((this.#sent - before) / (performance.now() - begunAt)) * 1000;
  }

  #send(): Promise<void> {
    const number = ++this.#sent;
    const sentAt = performance.now();
    const ended = this.#ask().catch((error: NodeJS.ErrnoException) => {
      const afterMs = Math.round(performance.now() - sentAt);
      const what = `${error.code ?? ""} ${error.message.slice(0, 200)}`;
      this.#failures.push(`request ${number}: ${what} after ${afterMs} ms`);
    });
    this.#open.add(ended);
    void ended.then(() => this.#open.delete(ended));
    return ended;
  }

  async #ask(): Promise<void> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const agent = this.#agent ?? false;
      request(this.#url, { agent }, resolve).on("error", reject).end();
    });
    let body = "";
    for await (const chunk of response.setEncoding("utf8")) body += chunk;
    if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}: ${body}`);
    const { result } = JSON.parse(body) as { readonly result: unknown };
    this.#expected ??= JSON.stringify(result);
    if (JSON.stringify(result) !== this.#expected) throw new Error(`another result: ${body}`);
  }
}
