import { Agent, request } from "node:http";
import { json } from "node:stream/consumers";

/** Connections that are opened to find those of one worker. */
const mostTries = 400;

/** What an answer to a run says, as far as it matters here. */
export interface PlacedAnswer {
  readonly worker?: number;
  readonly run?: { readonly worker: number; readonly ranMs: number };
}

/** A client with one connection that it keeps, which stays with its worker. */
export interface PlacedClient extends Disposable {
  readonly worker: number;
  ask(path: string, body?: string): Promise<PlacedAnswer>;
}

/**
 * Clients by the worker that has their connections: so many for each worker, from number 1.
 *
 * @throws Error where the server does not spread its connections over these workers
 */
export async function placeClients(
  url: string,
  wanted: readonly number[],
  signal: AbortSignal,
): Promise<PlacedClient[][]> {
  const placed: PlacedClient[][] = wanted.map(() => []);
  const isFull = () => placed.every(({ length }, place) => length === wanted[place]);
  for (let tries = 0; !isFull(); tries++) {
    if (tries === mostTries) throw new Error("The connections are not spread over the workers.");
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask: PlacedClient["ask"] = (path, body) => send(new URL(path, url), agent, body, signal);
    const { worker = 0 } = await ask("/");
    const group = placed[worker - 1];
    const isWanted = group && group.length < (wanted[worker - 1] ?? 0);
    const client = { worker, ask, [Symbol.dispose]: () => agent.destroy() };
    if (isWanted) group.push(client);
    else client[Symbol.dispose]();
  }
  return placed;
}

function send(
  url: URL,
  agent: Agent,
  body: string | undefined,
  signal: AbortSignal,
): Promise<PlacedAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<PlacedAnswer>();
  const headers = { accept: "application/json", "content-type": "application/json" };
  const method = body === undefined ? "GET" : "POST";
  const sent = request(url, { agent, headers, method, signal }, (answer) => {
    const wrong = new Error(`${url} answered ${answer.statusCode}`);
    const take = (read: unknown) =>
      answer.statusCode === 200 ? resolve(read as PlacedAnswer) : reject(wrong);
    json(answer).then(take, reject);
  });
  sent.on("error", reject).end(body);
  return promise;
}
