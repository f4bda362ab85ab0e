import { Agent, request } from "node:http";
import { json } from "node:stream/consumers";
import type { ServerProcess } from "./server-process.ts";

export interface Answer {
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;
  readonly body: {
    readonly worker?: number;
    readonly pid?: number;
    readonly type?: string;
    readonly result?: unknown;
    readonly run?: { readonly worker: number; readonly pid: number };
  };
}

/** Sends requests of one client, over its one connection: a POST where there is an input. */
export type Client = (
  path: string,
  input?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>;

/** Clients whose connections all landed on worker 1. */
export async function clientsOfWorkerOne(server: ServerProcess, count: number): Promise<Client[]> {
  const clients: Client[] = [];
  while (clients.length < count) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const client: Client = (path, input, headers) =>
      send(new URL(path, server.url), agent, input, headers);
    if ((await client("/")).body.worker === 1) clients.push(client);
    else agent.destroy();
  }
  return clients;
}

function send(
  url: URL,
  agent: Agent,
  input: unknown,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const headers = { "content-type": "application/json", accept: "application/json", ...more };
  const method = input === undefined ? "GET" : "POST";
  const sent = request(url, { agent, method, headers }, (response) => {
    const { statusCode: status, headers: answered } = response;
    json(response).then((body) => {
      resolve({ status, retryAfter: answered["retry-after"], body: body as Answer["body"] });
    }, reject);
  });
  sent.on("error", reject).end(input === undefined ? undefined : JSON.stringify(input));
  return promise;
}
