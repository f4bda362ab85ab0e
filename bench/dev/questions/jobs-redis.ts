import { messageOf } from "../../../src/errors.ts";
import { NotHere } from "../../command/failures.ts";
import { layOutTable } from "../../command/table.ts";
import { createRandom, shuffle } from "../../load/statistics/random.ts";
import { median } from "../../load/statistics/sample.ts";
import { startEngine } from "../peers/engine-peer.ts";
import { startOurs } from "../peers/manycore.ts";
import type { Peer } from "../peers/peer.ts";
import { startRedis } from "../peers/stores.ts";
import { measureInterleaved, type Pace, type Question } from "./question.ts";
import { writeRoundsRatio } from "./ratio.ts";

/** Jobs that are run for one figure, for each second of a cell. */
const jobsPerSecond = 1000;
const busyPerSecond = 150;
const busyMs = 10;

const figures = [
  "single submits/s",
  "batched submits/s",
  "no-op jobs done/s",
  "10 ms jobs done/s",
] as const;
type Figure = (typeof figures)[number];
type Sample = Readonly<Record<Figure, number>>;

const plain = "plain BullMQ";

/** What this server adds to BullMQ when its queue is in Redis: HTTP, records, the way to the workers. */
export const jobsRedis: Question = {
  name: "jobs-redis",
  asks: "What does a durable job in Redis cost, against BullMQ used directly?",
  async run(pace) {
    await using stack = new AsyncDisposableStack();
    try {
      const { url } = stack.use(await startRedis("everysec"));
      const peers = [
        stack.use(await startEngine(plain, "bullmq", url, pace.signal)),
        stack.use(await startOurs(pace.signal, { name: "manycore on Redis", queue: url })),
        stack.use(await startOurs(pace.signal, { name: "manycore on SQLite" })),
      ];
      const samples = await measurePeers(peers, pace);
      const rows = peers.flatMap(({ name }) => figures.map((each) => rowOf(name, each, samples)));
      return layOutTable(["queue", "figure", "median", `x ${plain}`], rows);
    } catch (error) {
      if (error instanceof NotHere && !process.env["CI"]) return messageOf(error);
      throw error;
    }
  },
};

/** The figures of every peer in each round. Only one peer works at a time. */
async function measurePeers(
  peers: readonly Peer[],
  pace: Pace,
): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const seconds = pace.cellMs / 1000;
  const variants = new Map(
    peers.map((peer) => [peer.name, () => measurePeer(peer, pace, seconds)]),
  );
  for (const warmUp of variants.values()) await warmUp();
  const random = createRandom(1);
  return measureInterleaved(variants, pace, (items) => shuffle(items, random));
}

async function measurePeer(peer: Peer, { cellMs, signal }: Pace, seconds: number): Promise<Sample> {
  signal.throwIfAborted();
  const atLeast = (count: number) => Math.max(100, Math.round(count * seconds));
  return {
    "single submits/s": await peer.submits("single", cellMs),
    "batched submits/s": await peer.submits("batch", cellMs),
    "no-op jobs done/s": await peer.completes(atLeast(jobsPerSecond)),
    "10 ms jobs done/s": await peer.completes(atLeast(busyPerSecond), busyMs),
  };
}

function rowOf(
  name: string,
  figure: Figure,
  samples: ReadonlyMap<string, readonly Sample[]>,
): string[] {
  const of = (peer: string) => (samples.get(peer) ?? []).map((sample) => sample[figure]);
  return [name, figure, median(of(name)).toFixed(0), writeRoundsRatio(of(plain), of(name))];
}
