/** The process behind "Contrast", with real servers. */
import { describe, expect, test, vi } from "vitest";
import { readAllStats } from "../../../bench/load/processes/proc.ts";
import { PageProgram } from "./page-program.ts";

const short = ["--smoke", "--only", "gain", "--modes", "cluster,threads"];

describe.runIf(process.platform === "linux")("the contrast of two modes", () => {
  test("tells its plan, its servers, each turn, and what the bench would say", async () => {
    await using program = new PageProgram("contrast", short);
    expect(await program.exited).toBe(0);
    const { events } = program;
    expect(events[0]).toMatchObject({
      event: "plan",
      data: { modes: ["cluster", "threads"], task: "hash", runMs: expect.any(Number) },
    });
    expect(program.data("server")).toMatchObject([
      { mode: "cluster", slots: 1 },
      { mode: "threads", workers: 1 },
    ]);
    const turns = program.data("turn").map(({ mode }) => mode);
    expect(new Set(turns)).toEqual(new Set(["cluster", "threads"]));
    expect(program.data("load").length).toBeGreaterThan(0);
    const [end] = program.data("end");
    expect(events.at(-1)?.event).toBe("end");
    expect(end).toMatchObject({
      sentences: expect.arrayContaining([expect.stringMatching(/^Runs of hash /)]),
      modes: [{ mode: "cluster" }, { mode: "threads" }],
      stopped: null,
    });
  });

  test("ends with what it has, and with its servers, when nobody wants it any more", async () => {
    await using program = new PageProgram("contrast", [...short, "--rounds", "1000"]);
    await vi.waitUntil(() => program.data("turn").length > 0, { timeout: 60_000 });
    const pids = program.data("server").map(({ pid }) => pid);
    program.child.stdin?.end();
    expect(await program.exited).toBe(0);
    expect(program.data("end")).toMatchObject([{ stopped: "its page has ended it, or is gone" }]);
    const alive = readAllStats().map(({ pid }) => pid as unknown);
    expect(alive.filter((pid) => pids.includes(pid))).toEqual([]);
  });

  test.each([
    [["--task", "hush"], /--task hush: there is no such task/],
    [["--modes", "clutser"], /Did you mean cluster/],
    [["--task", "primes", "--modes", "libuv,cluster"], /primes has no native form/],
  ])("%j cannot be measured: it says why", async (args, message) => {
    await using program = new PageProgram("contrast", args);
    expect(await program.exited).toBe(1);
    expect(program.events).toEqual([
      { event: "failed", data: { message: expect.stringMatching(message) } },
    ]);
  });
});
