import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";

/** One request: when it was sent, and how it ended. */
export interface Exchange {
  readonly sentAt: number;
  readonly endedAt: number;
  /** Null where there was no whole answer. */
  readonly status: number | null;
  /** Of the worker that answered, or had answered on this connection before. Null if that is not known. */
  readonly pid: number | null;
  /** Why there was no answer. */
  readonly error: string | null;
  /** Whether the connection had been used before. */
  readonly isReused: boolean;
}

const path = "/hash?input=a&algorithm=sha256&iterations=";

export interface ClientOptions {
  /** One connection for all its requests, or a new one for each. */
  readonly keepAlive: boolean;
  /** What a run costs: 2000 take about 1 ms. */
  readonly iterations: number;
}

/** A client that sends one request after the other. */
export class Client implements Disposable {
  readonly exchanges: Exchange[] = [];
  /** Answers that came from another worker than the one before them, on the same connection. */
  fromOthers = 0;
  readonly #url: URL;
  readonly #agent: Agent;
  readonly #pids = new WeakMap<object, number>();

  constructor(url: string, { keepAlive, iterations }: ClientOptions) {
    this.#url = new URL(`${path}${iterations}`, url);
    this.#agent = new Agent({ keepAlive, maxSockets: 1 });
  }

  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) this.exchanges.push(await this.#exchange());
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  #exchange(): Promise<Exchange> {
    const sentAt = performance.now();
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    const asking = request(this.#url, { agent: this.#agent });
    const end = (status: number | null, pid: number | null, error: string | null) =>
      resolve({
        ...{ sentAt, endedAt: performance.now() },
        ...{ status, pid, error, isReused: asking.reusedSocket },
      });
    const known = () => (asking.socket && this.#pids.get(asking.socket)) ?? null;
    asking.on("error", ({ message }) => end(null, known(), message));
    asking.on("response", (response) => {
      text(response).then(
        (body) => {
          const before = known();
          const pid = Number(/"pid":(\d+)/.exec(body)?.[1] ?? 0) || before;
          if (before !== null && pid !== before) this.fromOthers++;
          if (pid !== null && asking.socket) this.#pids.set(asking.socket, pid);
          end(response.statusCode ?? null, pid, null);
        },
        (error: Error) => end(null, known(), error.message),
      );
    });
    asking.end();
    return promise;
  }
}
