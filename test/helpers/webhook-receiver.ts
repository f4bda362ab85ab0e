import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A webhook as it arrived. */
export interface ReceivedWebhook {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly event: {
    readonly type: string;
    readonly timestamp: string;
    readonly data: { readonly id: string; readonly state: string; readonly result?: unknown };
  };
}

/** Gives the status to answer with; 0 for no answer. */
export type Receive = (webhook: ReceivedWebhook) => number | Promise<number>;

/** A receiver of webhooks on 127.0.0.1. */
export class WebhookReceiver implements AsyncDisposable {
  readonly received: ReceivedWebhook[] = [];
  /** The ids of the jobs whose webhook it has answered with 2xx. */
  readonly taken = new Set<string>();
  readonly #receive: Receive;
  readonly #server: Server;
  readonly #waiting: (() => void)[] = [];

  private constructor(receive: Receive) {
    this.#receive = receive;
    this.#server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const { url: path = "", headers } = request;
      const event = JSON.parse(body) as ReceivedWebhook["event"];
      const webhook = { path, headers: plain(headers), body, event };
      const status = await this.#receive(webhook);
      this.received.push(webhook);
      if (status >= 200 && status < 300) this.taken.add(event.data.id);
      for (const wake of this.#waiting.splice(0)) wake();
      const headersOut = status === 302 ? { location: `${this.url}/elsewhere` } : {};
      if (status > 0) response.writeHead(status, headersOut).end();
    });
  }

  /** @param port a free one by default */
  static async listen(receive: Receive = () => 204, port = 0): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver(receive);
    receiver.#server.listen(port, "127.0.0.1");
    await once(receiver.#server, "listening");
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves when so many have arrived. */
  async arrived(count: number): Promise<ReceivedWebhook[]> {
    while (this.received.length < count) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.received;
  }

  /** Resolves when it has taken at least one of each of these jobs. */
  async takenOf(ids: readonly string[]): Promise<ReceivedWebhook[]> {
    while (ids.some((id) => !this.taken.has(id))) await this.arrived(this.received.length + 1);
    return this.received;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

function plain(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
