import { availableParallelism } from "node:os";
import { layOutTable } from "../../command/table.ts";
import { makeHashRequest } from "../../compare/run/work.ts";
import { runLoad } from "../../load/generator/load.ts";
import type { LoadPlan } from "../../load/generator/plan.ts";
import { readTreeMemory } from "../../load/processes/process-tree.ts";
import { type ServerUnderTest, startManycore } from "../../load/processes/server.ts";
import { writeTime } from "../../load/statistics/percentiles.ts";
import type { Pace, Question } from "./question.ts";

const maxPending = 20;
const iterations = 21_000;
/** Requests under way for every slot that could compute one. */
const overloadFactor = 50;
/** Overloads in a row, if there are as many rounds. A leak grows with each; a warm cache does not. */
const mostWaves = 3;

/**
 * Fifty times more clients than slots, several times over. They come again when `Retry-After` says.
 * Shows what the server gets done and turns away, whether `/livez` answers throughout, and whether
 * memory comes back.
 */
export const overload: Question = {
  name: "overload",
  asks: "What happens to work, health and memory at fifty times the capacity?",
  async run(pace) {
    const sections: string[] = [];
    for (const mode of ["cluster", "threads"]) {
      const flags = ["--max-pending", String(maxPending), "--queue-timeout", "60s"];
      await using server = await startManycore(["--mode", mode, ...flags], pace.signal);
      sections.push(
        `mode ${mode}, --max-pending ${maxPending}\n${await measureOverload(server, pace)}`,
      );
    }
    return sections.join("\n\n");
  },
};

async function measureOverload(
  server: ServerUnderTest,
  { rounds, cellMs, onCell, signal }: Pace,
): Promise<string> {
  const waves = Math.min(mostWaves, rounds);
  const slots = availableParallelism();
  const cell = async (label: string, connections: number) => {
    const { load, probe } = await runLoad(planLoad(server, connections, cellMs), { signal });
    signal.throwIfAborted();
    onCell(label);
    const shed = load.statuses["503"] ?? 0;
    const failed = load.intended - load.correct - shed;
    return { label, connections, load, probe, shed, failed };
  };
  await cell("warm-up", 2 * slots);
  const memory = [readMemoryText(server)];
  const peak = await cell("peak", 2 * slots);
  const cells = [peak];
  for (let wave = 1; wave <= waves; wave += 1) {
    cells.push(await cell(`overload ${wave}`, overloadFactor * slots));
    cells.push(await cell(`afterwards ${wave}`, 2 * slots));
    memory.push(readMemoryText(server));
  }
  const rows = cells.map(({ label, connections, load, probe, shed, failed }) => [
    label,
    String(connections),
    load.throughputPerSecond.toFixed(1),
    `${((100 * load.throughputPerSecond) / peak.load.throughputPerSecond).toFixed(1)} %`,
    String(shed),
    String(failed),
    `${probe?.correct} of ${probe?.intended}`,
    probe === null ? "" : writeTime(probe.latency, "max", (ms) => ms.toFixed(1)),
  ]);
  const head = ["", "clients", "runs/s", "of peak", "503", "other", "/livez answered", "max ms"];
  const [before, ...after] = memory;
  return `${layOutTable(head, rows)}\nMemory: ${before} before, ${after.join(", ")} afterwards.`;
}

function planLoad(server: ServerUnderTest, connections: number, durationMs: number): LoadPlan {
  return {
    url: server.url,
    requests: [{ ...makeHashRequest({ input: "a", iterations }), expect: { tolerated: [503] } }],
    arrivals: { kind: "closed", pauseMs: 1000 }, // As Retry-After asks after a 503.
    connections,
    warmupMs: 500,
    durationMs,
    probe: { request: { path: "/livez" }, perSecond: 20 },
  };
}

function readMemoryText(server: ServerUnderTest): string {
  const memory = readTreeMemory(server.pid);
  if (!memory.available) return memory.reason;
  return `${(memory.bytes / 1024 ** 2).toFixed(0)} MiB (${memory.kind})`;
}
