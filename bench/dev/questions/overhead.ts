import { layOutTable } from "../../command/table.ts";
import { runLoad } from "../../load/generator/load.ts";
import type { LoadPlan } from "../../load/generator/plan.ts";
import { findModuleFile } from "../../load/processes/module-file.ts";
import { measureUsage, readTree } from "../../load/processes/process-tree.ts";
import { type ServerUnderTest, startManycore, startServer } from "../../load/processes/server.ts";
import { createRandom, shuffle } from "../../load/statistics/random.ts";
import { mean, median } from "../../load/statistics/sample.ts";
import { measureInterleaved, type Pace, type Question } from "./question.ts";
import { writeRoundsRatio } from "./ratio.ts";

/** The plain server that answers the bytes of `GET /`. */
const hello = findModuleFile("./hello", import.meta.url);
const plain = "node:http";
const ours = "manycore";
const connections = 16;
/**
 * Processes of each server, if there are as many rounds. What V8 makes of the same code differs by
 * several percent between processes.
 */
const mostInstances = 3;

/**
 * The server's CPU time for `GET /`, against that of a plain `node:http` server with the same
 * answer: the cost of routing, middleware and Koa.
 */
export const overhead: Question = {
  name: "overhead",
  asks: "What does the server cost a request that computes nothing?",
  async run(pace) {
    await using servers = new AsyncDisposableStack();
    const variants = new Map<string, () => Promise<number>>();
    const instances = Math.min(mostInstances, pace.rounds);
    const names = (kind: string) => Array.from({ length: instances }, (_, i) => `${kind} ${i + 1}`);
    const add = async (name: string, starting: Promise<ServerUnderTest>) => {
      const server = servers.use(await starting);
      await measureCpuUsPerRequest(server, { ...pace, cellMs: Math.min(pace.cellMs, 1000) }); // warms it up
      variants.set(name, () => measureCpuUsPerRequest(server, pace));
    };
    for (const name of names(plain)) await add(name, startServer([hello], pace.signal));
    for (const name of names(ours))
      await add(name, startManycore(["--mode", "single"], pace.signal));
    const random = createRandom(1);
    const samples = await measureInterleaved(variants, pace, (items) => shuffle(items, random));
    // Mean of the processes in each round. The interval is for these processes.
    const costs = (kind: string) => {
      const each = names(kind).map((name) => samples.get(name) ?? []);
      return (each[0] ?? []).map((_, round) =>
        mean(each.map((costs) => costs[round] ?? Number.NaN)),
      );
    };
    const rows = [plain, ours].map((kind) => [
      kind,
      median(costs(kind)).toFixed(2),
      writeRoundsRatio(costs(plain), costs(kind)),
    ]);
    return layOutTable(["server", "CPU us/request", `x ${plain}`], rows);
  },
};

async function measureCpuUsPerRequest(
  server: ServerUnderTest,
  { cellMs, signal }: Pace,
): Promise<number> {
  const before = readTree(server.pid);
  const plan: LoadPlan = {
    url: server.url,
    requests: [{ path: "/", expect: { body: { kind: "text", equals: "hello world\n" } } }],
    arrivals: { kind: "closed" },
    connections,
    durationMs: cellMs,
  };
  const { load } = await runLoad(plan, { signal });
  signal.throwIfAborted();
  const usage = measureUsage(before, readTree(server.pid));
  if (!usage.available) throw new Error(usage.reason);
  return (1000 * usage.cpuMs) / load.correct;
}
