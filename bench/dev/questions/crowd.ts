import { type PlacedClient, placeClients } from "./placed-clients.ts";

/** Keep-alive clients in a closed loop. */
const clients = 8;

/**
 * Throughput of keep-alive clients that are all on worker 1: connections stay with the worker that
 * accepted them.
 *
 * @param path is asked for by each of them
 * @returns runs per second
 */
export async function measureCrowd(
  url: string,
  path: string,
  durationMs: number,
  signal: AbortSignal,
): Promise<number> {
  const [crowd = []] = await placeClients(url, [clients], signal);
  using stack = new DisposableStack();
  for (const client of crowd) stack.use(client);
  let runs = 0;
  const startedAt = performance.now();
  const keepAsking = async (client: PlacedClient) => {
    while (performance.now() - startedAt < durationMs) {
      await client.ask(path);
      runs++;
    }
  };
  await Promise.all(crowd.map(keepAsking));
  return (1000 * runs) / (performance.now() - startedAt);
}
