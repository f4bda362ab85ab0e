import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { systemClock } from "../src/clock.ts";

test("a time beyond Node's timers is waited for, without a warning", async () => {
  const warned = once(process, "warning").then(([warning]) => String(warning));
  let isOver = false;
  const callOff = systemClock.after(40 * 24 * 3_600_000, () => {
    isOver = true;
  });
  expect(await Promise.race([warned, pause(50, "no warning")])).toBe("no warning");
  expect(isOver).toBe(false);
  callOff();
});

test("a callback comes, but not after it was cancelled", async () => {
  const called: string[] = [];
  systemClock.after(20, () => called.push("called off"))();
  await new Promise<void>((resolve) => systemClock.after(30, resolve));
  expect(called).toEqual([]);
});
