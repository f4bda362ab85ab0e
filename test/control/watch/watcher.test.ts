import { beforeEach, expect, test } from "vitest";
import { Watcher } from "../../../src/control/thread/watch/watcher.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";

let clock: ManualClock;

beforeEach(() => {
  clock = new ManualClock();
});

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Reads what is there. */
async function readAll({ readable }: Watcher): Promise<string> {
  let text = "";
  for (;;) {
    await settle();
    const chunk = readable.read();
    if (chunk === null) return text;
    text += String(chunk);
  }
}

const event = (number: number) => `event: mark\ndata: ${number}\n\n`;
/** Half of what may wait. */
const large = "x".repeat(500_000);

test("gets the start first, then what is told, in order", async () => {
  const watcher = new Watcher(["start ", "of it\n\n"], clock);
  for (const number of [1, 2]) watcher.tell(event(number));
  expect(await readAll(watcher)).toBe(`start of it\n\n${event(1)}${event(2)}`);
  watcher.tell(event(3));
  expect(await readAll(watcher)).toBe(event(3));
});

test("a slow reader gets what fits, then how many it has missed, then what is new", async () => {
  const watcher = new Watcher([large, large, large, large], clock);
  const own = `${large}${large}${large}${large}`;
  watcher.tell(large);
  for (let number = 0; number < 5000; number++) watcher.tell(event(number));
  watcher.tell(large);
  for (let number = 0; number < 10; number++) watcher.tell(event(number));
  const text = await readAll(watcher);
  const [kept, missed] = text.slice(own.length).split("event: missed\ndata: ");
  expect(text.startsWith(own)).toBe(true);
  const events = kept?.slice(large.length).split("\n\n") ?? [];
  expect(events.slice(0, 2)).toEqual(["event: mark\ndata: 0", "event: mark\ndata: 1"]);
  expect(missed).toBe('{"events":11}\n\n');
  watcher.tell(event(7));
  expect(await readAll(watcher)).toBe(event(7));
});

test("a heartbeat keeps the connection while nothing is told", async () => {
  const watcher = new Watcher(["start\n\n"], clock);
  await readAll(watcher);
  clock.advance(15_000);
  expect(await readAll(watcher)).toBe(":\n\n");
});

test("one that takes nothing for a minute is let go, and leaves no timer", async () => {
  const watcher = new Watcher([large], clock);
  watcher.readable.read(0);
  await settle();
  watcher.tell(event(1));
  clock.advance(60_000);
  expect(watcher.readable.destroyed).toBe(false);
  clock.advance(15_000);
  await settle();
  expect([watcher.readable.destroyed, clock.pending]).toEqual([true, 0]);
});

test("one that has read everything is not, however long nothing happens", async () => {
  const watcher = new Watcher(["start\n\n"], clock);
  for (let turn = 0; turn < 20; turn++) {
    await readAll(watcher);
    clock.advance(15_000);
  }
  expect(watcher.readable.destroyed).toBe(false);
});

test("one that leaves has no timer left", async () => {
  const watcher = new Watcher(["start\n\n"], clock);
  watcher.readable.destroy();
  await settle();
  expect(clock.pending).toBe(0);
});
