import { beforeEach, expect, test } from "vitest";
import { LanesSender } from "../../../src/control/thread/hosts/lanes/lanes-sender.ts";
import { readLanes } from "../../../src/control/thread/hosts/lanes/told-lanes.ts";
import type { Listener } from "../../../src/control/thread/watch/audience.ts";
import type { SeenMark, SeenStart } from "../../../src/telemetry/watch/seen.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";

const server: SeenStart["server"] = {
  ...{ version: "1.0.0", node: "v26.0.0", pid: 7, mode: "cluster", executor: "inline" },
  ...{ url: "http://127.0.0.1:8000", hasJobs: true, startedAt: 1_800_000_000_000 },
};
const mark = (at: number): SeenMark => ({
  ...{ at, kind: "reload", worker: null, life: null, reason: null },
});
const itemOf = (at: number) => `{"event":"mark","data":${JSON.stringify(mark(at))}}`;

let clock: ManualClock;
let listener: Listener | undefined;
let sent: string[];
let arrived: (() => void)[];
let sender: LanesSender;

beforeEach(() => {
  clock = new ManualClock();
  listener = undefined;
  [sent, arrived] = [[], []];
  const watched = {
    listen: (each: Listener) => {
      listener = each;
      return () => {
        listener = undefined;
      };
    },
    recall: () => `[${itemOf(1)}]`,
    describe: () => server,
  };
  const send = (text: string) => {
    sent.push(text);
    const { promise, resolve } = Promise.withResolvers<void>();
    arrived.push(resolve);
    return promise;
  };
  sender = new LanesSender({ watched, clock, send });
});

/** What was sent last has arrived. */
async function arrive(): Promise<void> {
  arrived.pop()?.();
  await new Promise(setImmediate);
}

/** Each message: whether it has all, the times of its marks, and what is missing before them. */
const messages = () =>
  sent.map((text) => {
    const told = readLanes(text);
    return [
      told?.server?.pid ?? null,
      told?.items.map(({ data }) => "at" in data && data.at),
      told?.missed,
    ];
  });

test("nothing is listened to and nothing is sent while nobody watches", () => {
  sender.become(null);
  clock.advance(10_000);
  expect([listener, sent, clock.pending]).toEqual([undefined, [], 0]);
});

test("the first watcher gets all that is kept, and then the news, some together", async () => {
  sender.become("a");
  listener?.(itemOf(1)); // It is kept, too.
  clock.advance(200);
  await arrive();
  for (const at of [2, 3]) listener?.(itemOf(at));
  clock.advance(200);
  await arrive();
  clock.advance(200);
  expect(messages()).toEqual([
    [7, [1], 0],
    [null, [2, 3], 0],
  ]);
});

test("another one who comes gets all, and the same wish again changes nothing", async () => {
  sender.become("a");
  clock.advance(200);
  await arrive();
  sender.become("b");
  sender.become("b");
  clock.advance(200);
  await arrive();
  clock.advance(200);
  expect(messages()).toEqual([
    [7, [1], 0],
    [7, [1], 0],
  ]);
});

test("when nobody watches any more, nothing is listened to", () => {
  sender.become("a");
  listener?.(itemOf(2));
  sender.become(null);
  clock.advance(10_000);
  expect([listener, sent, clock.pending]).toEqual([undefined, [], 0]);
});

test("while the way is slow one message is under way, and what is too much is left out", async () => {
  sender.become("a");
  clock.advance(200);
  await arrive();
  listener?.(itemOf(2));
  clock.advance(200);
  const count = 10_000;
  for (let at = 0; at < count; at++) listener?.(itemOf(at));
  clock.advance(10_000);
  expect(sent).toHaveLength(2);
  await arrive();
  clock.advance(200);
  expect(sent[2]?.length).toBeLessThan(300_000);
  const last = readLanes(sent[2] ?? "");
  expect(last?.items.length).toBeGreaterThan(100);
  expect((last?.items.length ?? 0) + (last?.missed ?? 0)).toBe(count);
});

test("of another version, what is not known here is left out", () => {
  const odd = [
    '{"event":"later","data":{}}',
    '{"event":"mark","data":{"at":1,"kind":"exploded"}}',
    '{"event":"toString","data":{}}',
    itemOf(5),
  ];
  const text = `{"server":null,"at":1,"missed":0,"items":[${odd.join()}],"more":1}`;
  expect(readLanes(text)?.items).toEqual([{ event: "mark", data: mark(5) }]);
  for (const wrong of ["", "null", "{}", text.replace('"at":1', '"at":"1"'), " ".repeat(2_000_000)])
    expect(readLanes(wrong)).toBeUndefined();
});
