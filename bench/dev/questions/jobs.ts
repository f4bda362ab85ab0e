import { messageOf } from "../../../src/errors.ts";
import { NotHere } from "../../command/failures.ts";
import { layOutTable } from "../../command/table.ts";
import { createRandom, shuffle } from "../../load/statistics/random.ts";
import { median } from "../../load/statistics/sample.ts";
import { startEngine } from "../peers/engine-peer.ts";
import { startOurs } from "../peers/manycore.ts";
import type { Peer } from "../peers/peer.ts";
import { startPostgres, startRedis } from "../peers/stores.ts";
import { measureInterleaved, type Pace, type Question } from "./question.ts";
import { writeRoundsRatio } from "./ratio.ts";

/** Jobs that are run for one figure, for each second of a cell. */
const jobsPerSecond = 4000;

const figures = ["single submits/s", "batched submits/s", "no-op jobs done/s"] as const;
type Figure = (typeof figures)[number];

/**
 * Durable jobs acknowledged and done a second, here and in other queues. Only pg-boss, and BullMQ
 * with fsync always, promise what this server does: an acknowledged job survives a power cut.
 */
export const jobs: Question = {
  name: "jobs",
  asks: "What does a durable job cost, here and in other queues?",
  async run(pace) {
    await using stack = new AsyncDisposableStack();
    const peers = [stack.use(await startOurs(pace.signal))];
    const absent: string[] = [];
    for (const [name, start] of listOthers(stack, pace.signal)) {
      pace.signal.throwIfAborted();
      try {
        peers.push(stack.use(await start()));
      } catch (error) {
        if (!(error instanceof NotHere) || process.env["CI"]) throw error;
        absent.push(`${name} is not measured: ${messageOf(error)}`);
      }
    }
    const samples = await measurePeers(peers, pace);
    const rows = peers.flatMap(({ name }) =>
      figures.map((figure) => makeRow(name, figure, samples)),
    );
    const head = ["queue", "figure", "median", "x manycore"];
    return [layOutTable(head, rows), ...absent].join("\n");
  },
};

type Start = () => Promise<Peer>;

function listOthers(stack: AsyncDisposableStack, signal: AbortSignal): [string, Start][] {
  const bullMq = (fsync: "everysec" | "always"): [string, Start] => {
    const name = `bullmq (fsync ${fsync})`;
    return [
      name,
      async () => startEngine(name, "bullmq", stack.use(await startRedis(fsync)).address, signal),
    ];
  };
  const pgBoss: Start = async () =>
    startEngine("pg-boss", "pg-boss", stack.use(await startPostgres(signal)).address, signal);
  return [bullMq("everysec"), bullMq("always"), ["pg-boss", pgBoss]];
}

/** The figures of every peer in each round. Only one peer works at a time. */
async function measurePeers(
  peers: readonly Peer[],
  pace: Pace,
): Promise<Map<string, Record<Figure, number>[]>> {
  const count = Math.max(100, Math.round((jobsPerSecond * pace.cellMs) / 1000));
  const variants = new Map(
    peers.map((peer) => [
      peer.name,
      async () => {
        pace.signal.throwIfAborted();
        return {
          "single submits/s": await peer.submits("single", pace.cellMs),
          "batched submits/s": await peer.submits("batch", pace.cellMs),
          "no-op jobs done/s": await peer.completes(count),
        };
      },
    ]),
  );
  for (const warmUp of variants.values()) await warmUp();
  const random = createRandom(1);
  return measureInterleaved(variants, pace, (items) => shuffle(items, random));
}

function makeRow(
  name: string,
  figure: Figure,
  samples: ReadonlyMap<string, Record<Figure, number>[]>,
): string[] {
  const of = (peer: string) => (samples.get(peer) ?? []).map((sample) => sample[figure]);
  return [name, figure, median(of(name)).toFixed(0), writeRoundsRatio(of("manycore"), of(name))];
}
