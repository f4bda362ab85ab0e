import { describe, expect, test } from "vitest";
import { deeds, logs, Supervised } from "./supervised.ts";

describe("two lives in one place", () => {
  function overlapping() {
    const server = new Supervised().up();
    const old = server.lifeIn(1);
    server.overlap(1);
    return { server, old, next: server.lifeIn(1) };
  }

  test("an event of one life does not touch the other one", () => {
    const { server, old, next } = overlapping();
    const before = server.handle(old);
    server.take({ type: "ready", life: next });
    server.take({ type: "hung", life: next, message: "its loop is held" });
    expect(server.handle(old)).toEqual(before);
    expect(server.handle(next)).toMatchObject({ stage: "leaving", number: 1 });
    expect(deeds(server.wake())).toEqual([`kill ${next}`]);
  });

  test("the end of the old one leaves the new one as it is, and forks no third one", () => {
    const { server, old, next } = overlapping();
    const before = server.handle(next);
    const ended = server.take({ type: "exited", life: old, code: 0, signal: null, hadJob: false });
    expect(deeds(ended)).toEqual([]);
    expect(logs(ended)[0]?.fields).toMatchObject({ worker: 1, life: old });
    expect(server.handle(old)).toBeUndefined();
    expect(server.handle(next)).toEqual(before);
    server.take({ type: "ready", life: next });
    expect(server.handle(next)?.stage).toBe("ready");
  });

  test("the place is filled again when both have ended", () => {
    const { server, old, next } = overlapping();
    const end = { type: "exited", code: 1, signal: null, hadJob: false } as const;
    expect(deeds(server.take({ ...end, life: next }))).toEqual([]);
    expect(deeds(server.take({ ...end, life: old }))).toEqual(["fork 1"]);
  });

  test("a stop drains the one that is ready, and kills the one that boots", () => {
    const { server, old, next } = overlapping();
    expect(deeds(server.take({ type: "signal", signal: "SIGTERM" }))).toEqual([
      "stop-accepting",
      `drain ${old}`,
      "drain 2",
      `kill ${next}`,
    ]);
  });
});
