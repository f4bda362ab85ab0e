import { describe, expect, test } from "vitest";
import type { LoadProgress } from "../../../../bench/load/result.ts";
import {
  createLineWatcher,
  drawSparkline,
  LiveView,
} from "../../../../bench/stress/terminal/live-view.ts";

const progress: LoadProgress = {
  phase: "measure",
  elapsedMs: 2_000,
  load: [
    { atMs: 0, lengthMs: 100, sent: 4, correct: 3, failed: 1, p50: 12, p99: 20, inFlight: 2 },
    { atMs: 100, lengthMs: 100, sent: 4, correct: 0, failed: 0, p50: null, p99: null, inFlight: 6 },
  ],
  probe: [],
  statuses: { 200: 3, 503: 1 },
  errors: { ECONNRESET: 2 },
};

function screen(columns = 200) {
  const written: string[] = [];
  return { columns, written, write: (text: string) => written.push(text) };
}

describe("the live view", () => {
  test("shows rates asked and achieved, latencies, statuses and errors", () => {
    const target = screen();
    const view = new LiveView(target, false);
    view.began("step 3", 40);
    view.progress(progress);
    const text = target.written.join("");
    for (const part of ["step 3", "asked 40/s", "sent 40/s", "served 15/s", "p50 12 ms"]) {
      expect(text).toContain(part);
    }
    expect(text).toContain("200: 3, 503: 1, ECONNRESET: 2");
    expect(text).toContain("under way 6");
  });

  test("names what begins before there is anything to tell of it", () => {
    const target = screen();
    const view = new LiveView(target, false);
    view.phase("phase 2 of 5, search");
    view.began("step 3", 40);
    expect(target.written.join("")).toBe("phase 2 of 5, search\nstep 3 begins: asked 40/s\n");
    const lines: string[] = [];
    createLineWatcher((text) => lines.push(text)).phase("phase 2 of 5, search");
    expect(lines).toEqual(["phase 2 of 5, search\n"]);
  });

  test("takes its own lines away and nothing else, and fits a narrow screen", () => {
    const target = screen(20);
    const view = new LiveView(target, false);
    view.progress(progress);
    view.finished("done");
    view.close();
    const [live = "", done = "", closed = ""] = target.written;
    expect(
      live
        .trimEnd()
        .split("\n")
        .map((line) => line.length <= 19),
    ).toEqual([true, true, true, true]);
    expect(done).toBe("\u001b[4A\u001b[Jdone\n");
    expect(closed).toBe("");
  });

  test("paints only where it may", () => {
    const [plain, painted] = [false, true].map((colour) => {
      const target = screen();
      new LiveView(target, colour).finished("a -> missed (b)");
      return target.written.join("");
    });
    expect(plain).toBe("a -> missed (b)\n");
    expect(painted).toBe("a -> \u001b[31mmissed\u001b[39m (b)\n");
  });

  test("draws bars from zero to the largest", () => {
    expect(drawSparkline([0, 7, 14])).toBe("▁▅█");
    expect(drawSparkline([0, 0])).toBe("▁▁");
    expect(drawSparkline([])).toBe("");
  });
});
