import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Connection, Stream } from "../../../src/page/net/stream.ts";
import { Seen } from "../../../src/page/seen/seen.ts";
import type { SeenEvents, SeenItem, SeenStart } from "../../../src/telemetry/watch/seen.ts";
import { figuresOf, runOf, runsOf, workerOf } from "../seen-events.ts";

/** A stream that a test drives. */
class DrivenStream implements Stream {
  readonly #listeners = new Map<string, (data: never) => void>();
  #follow: (connection: Connection) => void = () => {};

  on(name: keyof SeenEvents, listener: (data: never) => void) {
    this.#listeners.set(name, listener);
    return () => {};
  }

  onConnection(listener: (connection: Connection) => void) {
    this.#follow = listener;
    listener({ kind: "connecting" });
    return () => {};
  }

  tell<Name extends keyof SeenEvents>(name: Name, data: SeenEvents[Name]) {
    this.#listeners.get(name)?.(data as never);
  }

  become(connection: Connection) {
    this.#follow(connection);
  }

  start(pid: number, at: number, history: readonly SeenItem[] = []) {
    this.become({ kind: "connected" });
    const server = {
      ...{ version: "1.0.0", node: "v26.0.0", pid, mode: "cluster", executor: "inline" },
      ...{ url: "http://127.0.0.1:8000", hasJobs: false, startedAt: pid * 1000 },
    };
    this.tell("start", { server, at, history } satisfies SeenStart);
  }
}

let stream: DrivenStream;
let seen: Seen;
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  stream = new DrivenStream();
  seen = new Seen(stream);
});
afterEach(() => {
  vi.useRealTimers();
});

const piecesOf = () =>
  seen.lanes.tracks.flatMap(({ rows }) =>
    rows.flatMap(({ pieces }) => pieces.map(({ from, to }) => [from, to])),
  );

test("the history comes first, then what happens", () => {
  const runs = { event: "runs", data: runsOf(1, [runOf(1, 100, 200)]) } as const;
  const figures = { event: "figures", data: figuresOf(300, [workerOf(1)]) } as const;
  stream.start(7, 400, [runs, figures]);
  stream.tell("runs", runsOf(1, [runOf(2, 500, null)]));
  expect(piecesOf()).toEqual([
    [100, 200],
    [500, null],
  ]);
  expect(seen.figures.latest?.at).toBe(300);
  expect(seen.server?.pid).toBe(7);
});

test("after a reconnection, what the server tells again is there once", () => {
  const history = [{ event: "runs", data: runsOf(1, [runOf(1, 100, 200)]) } as const];
  stream.start(7, 400, history);
  stream.become({ kind: "lost", sinceMs: 0 });
  expect(piecesOf()).toEqual([[100, 200]]); // It keeps what it had.
  stream.start(7, 900, history);
  expect(piecesOf()).toEqual([[100, 200]]);
});

test("another server at the address does not take away what was seen", () => {
  stream.start(7, 400, [{ event: "runs", data: runsOf(1, [runOf(1, 100, null)]) }]);
  stream.start(8, 5000);
  stream.tell("runs", runsOf(1, [runOf(1, 5100, 5200)]));
  expect(piecesOf()).toEqual([
    [100, 5000],
    [5100, 5200],
  ]);
  expect(seen.server?.pid).toBe(8);
});

describe("the time", () => {
  test("is the server's, and stands still without a connection", () => {
    stream.start(7, 400);
    vi.advanceTimersByTime(1000);
    expect(seen.now).toBe(1400);
    stream.become({ kind: "lost", sinceMs: 0 });
    vi.advanceTimersByTime(5000);
    expect(seen.now).toBe(1400);
    stream.start(7, 6400);
    expect(seen.now).toBe(6400);
  });

  test("listeners hear of each change, until they end", () => {
    const changes: string[] = [];
    const end = seen.onChange((change) => changes.push(change));
    stream.start(7, 400, [{ event: "figures", data: figuresOf(300, []) }]);
    stream.tell("figures", figuresOf(500, []));
    stream.tell("runs", runsOf(1, [runOf(2, 500, null)]));
    end();
    stream.tell("figures", figuresOf(1500, []));
    expect(changes).toEqual(["connection", "start", "figures", "runs"]);
  });
});
