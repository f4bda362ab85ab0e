import { spawnSync } from "node:child_process";
import { messageOf } from "../../../src/errors.ts";
import { NotHere } from "../../command/failures.ts";
import { layOutTable } from "../../command/table.ts";
import { createRandom, shuffle } from "../../load/statistics/random.ts";
import { median } from "../../load/statistics/sample.ts";
import { startRedis } from "../peers/stores.ts";
import { ServerWithJobs } from "../peers/with-jobs.ts";
import { measureInterleaved, type Question } from "./question.ts";
import { writeRoundsRatio } from "./ratio.ts";

const jobMs = 50;
const jobsPerSecond = 40;

/** Equal jobs on one host with one core, and on two hosts with a core each. Redis may use both. */
export const hosts: Question = {
  name: "hosts",
  asks: "How much sooner do two hosts on one Redis end a batch of equal jobs than one host?",
  async run(pace) {
    await using stack = new AsyncDisposableStack();
    try {
      const { url } = stack.use(await startRedis("everysec"));
      const start = async (name: string, core: number) => {
        const flags = ["--mode", "cluster", "--workers", "1"];
        const server = await ServerWithJobs.start(flags, pace.signal, `${url}?name=${name}`);
        stack.use(server);
        pin(server.pid, core);
        return server;
      };
      const alone = await start("one", 0);
      const first = await start("two", 0);
      await start("two", 1);
      const count = Math.max(20, Math.round((jobsPerSecond * pace.cellMs) / 1000));
      const variants = new Map([
        ["one host", () => timeOf(alone, count)],
        ["two hosts", () => timeOf(first, count)],
      ]);
      for (const warmUp of variants.values()) await warmUp();
      const random = createRandom(1);
      const samples = await measureInterleaved(variants, pace, (items) => shuffle(items, random));
      const of = (name: string) => samples.get(name) ?? [];
      const rows = [...variants.keys()].map((name) => [
        name,
        (median(of(name)) / 1000).toFixed(2),
        writeRoundsRatio(of("one host"), of(name)),
      ]);
      const head = ["hosts", `s for ${count} jobs of ${jobMs} ms`, "x one host"];
      return layOutTable(head, rows);
    } catch (error) {
      if (error instanceof NotHere && !process.env["CI"]) return messageOf(error);
      throw error;
    }
  },
};

/** @returns ms from the submit to the end of the last job */
async function timeOf(server: ServerWithJobs, count: number): Promise<number> {
  const before = await server.succeeded();
  const startedAt = performance.now();
  await server.submit(count, { task: "busy", input: { ms: jobMs } });
  await server.untilSucceeded(before + count);
  return performance.now() - startedAt;
}

/** All threads of a server and of its workers run on this core from now on. */
function pin(pid: number, core: number): void {
  const { stdout } = spawnSync("pgrep", ["-P", String(pid)], { encoding: "utf8" });
  const pids = [pid, ...stdout.split("\n").filter(Boolean).map(Number)];
  for (const each of pids) {
    const args = ["--all-tasks", "--pid", "--cpu-list", String(core), String(each)];
    const { status, error } = spawnSync("taskset", args);
    if (status !== 0) throw new NotHere(`taskset failed (${error?.message ?? `status ${status}`})`);
  }
}
