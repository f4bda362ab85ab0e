import { Agent, get } from "node:http";
import { json } from "node:stream/consumers";

/** Keep-alive clients in a closed loop. */
const clients = 8;
/** Connections that are tried to find those of one worker. */
const mostTries = 200;

/**
 * Throughput of keep-alive clients that are all on one worker: connections stay with the worker that
 * accepted them, and the others are closed here before the load begins.
 *
 * @returns runs per second
 */
export async function measureCrowd(
  url: URL,
  durationMs: number,
  signal: AbortSignal,
): Promise<number> {
  const agents = await findCrowd(new URL("/", url), signal);
  try {
    let runs = 0;
    const startedAt = performance.now();
    const client = async (agent: Agent) => {
      while (performance.now() - startedAt < durationMs) {
        await ask(url, agent, signal);
        runs++;
      }
    };
    await Promise.all(agents.map(client));
    return (1000 * runs) / (performance.now() - startedAt);
  } finally {
    for (const agent of agents) agent.destroy();
  }
}

async function findCrowd(url: URL, signal: AbortSignal): Promise<readonly Agent[]> {
  const crowd: Agent[] = [];
  const others: Agent[] = [];
  let wanted: unknown;
  for (let tried = 0; tried < mostTries && crowd.length < clients; tried++) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { worker } = await ask(url, agent, signal);
    wanted ??= worker;
    (worker === wanted ? crowd : others).push(agent);
  }
  for (const agent of others) agent.destroy();
  return crowd;
}

async function ask(url: URL, agent: Agent, signal: AbortSignal): Promise<{ worker?: unknown }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ worker?: unknown }>();
  const headers = { accept: "application/json" };
  get(url, { agent, headers, signal }, (answer) => {
    const right = answer.statusCode === 200;
    json(answer).then(
      (body) =>
        right
          ? resolve(body as { worker?: unknown })
          : reject(new Error(`${url} answered ${answer.statusCode}`)),
      reject,
    );
  }).on("error", reject);
  return await promise;
}
