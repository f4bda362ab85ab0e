import { afterEach, describe, expect, test } from "vitest";
import { runLoad } from "../../../../bench/load/generator/load.ts";
import { resolvePlan } from "../../../../bench/load/generator/resolve-plan.ts";
import { readRunMs } from "../../../../bench/load/generator/server-timing.ts";
import { closeServers, plan, serve } from "./servers.ts";

afterEach(closeServers);

/** Ends after this many requests, however slow the machine is. */
const counted = (maxRequests: number) => ({ maxRequests, durationMs: 60_000 });

test.each([
  ["queue;dur=1.5, run;dur=12.25, cpu;dur=12", 12.25],
  ["run;dur=3", 3],
  ["queue;dur=2,run;dur=4,cpu;dur=1", 4],
  ["queue;dur=2", null],
  ["rerun;dur=9", null],
  ["run;dur=fast", null],
  ["run;dur=-1", null],
  ["", null],
  [null, null],
])("%s: the run took %s ms", (header, ms) => expect(readRunMs(header)).toBe(ms));

describe("a load that collects how long runs took", () => {
  test("has the time of each correct, measured answer, by the server's clock", async () => {
    let answers = 0;
    const url = await serve((_request, response) => {
      answers += 1;
      response.setHeader("server-timing", `queue;dur=1, run;dur=${answers}`).end("hello\n");
    });
    const { load } = await runLoad(plan(url, { runTimes: true, ...counted(20) }));
    expect(load.runTimes.length).toBe(load.correct);
    expect([...load.runTimes].sort((a, b) => a - b).slice(0, 20)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
  });

  test("has none where it is not asked for, or the server does not say it", async () => {
    const timed = await serve((_request, response) =>
      response.setHeader("server-timing", "run;dur=1").end("hello\n"),
    );
    const silent = await serve((_request, response) => response.end("hello\n"));
    const asked = { runTimes: true, ...counted(5) };
    for (const one of [plan(timed, counted(5)), plan(silent, asked)]) {
      const { load } = await runLoad(one);
      expect(load.correct).toBeGreaterThan(0);
      expect(load.runTimes).toEqual([]);
    }
  });

  test("is refused together with a worker's header", () => {
    const both = plan("http://127.0.0.1:1", { runTimes: true, worker: { header: "x-worker" } });
    expect(() => resolvePlan(both)).toThrow(/^runTimes: only one header is read/);
  });
});
