import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { runMeasured } from "../../../src/compute/executors/measured.ts";

function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test.runIf(process.platform === "linux")(
  "a run shorter than the system's clock tick has taken CPU time",
  async () => {
    let told = 0;
    for (let run = 0; run < 41; run++) {
      await pause(1); // Like a run on an idle thread: the system has just begun to count its time.
      const { cpuMs } = await runMeasured(() => spin(1), true);
      if (cpuMs !== null && cpuMs > 0) told++;
    }
    expect(told).toBeGreaterThan(30);
  },
);

test("on a shared event loop the CPU time of an asynchronous run is not known", async () => {
  const run = async () => spin(1);
  expect((await runMeasured(run, false)).cpuMs).toBeNull();
  expect((await runMeasured(run, true)).cpuMs).not.toBeNull();
});

test("CPU time of a long run is told, whether it was asked for or not", async () => {
  const { cpuMs } = await runMeasured(() => spin(200), true, undefined, false);
  expect(cpuMs).toBeGreaterThan(0);
  expect((await runMeasured(async () => spin(200), false, undefined, false)).cpuMs).toBeNull();
});

test("CPU time of a short run that was not asked for is not read", async () => {
  expect(await runMeasured(() => 1, true, undefined, false)).toMatchObject({
    result: 1,
    cpuMs: null,
  });
  const later = await runMeasured(() => Promise.resolve(2), true, undefined, false);
  expect(later).toMatchObject({ result: 2, cpuMs: null });
});
