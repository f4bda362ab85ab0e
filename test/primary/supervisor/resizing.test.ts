import { describe, expect, test } from "vitest";
import type { Life } from "../../../src/channel/life.ts";
import type { SupervisorAction } from "../../../src/primary/supervisor/supervision.ts";
import { deeds, logs, Supervised } from "./supervised.ts";

function exits(server: Supervised, life: number): SupervisorAction[] {
  return server.take({ type: "exited", life: life as Life, code: 0, signal: null, hadJob: false });
}

const toSize = (server: Supervised, workers: number) => server.take({ type: "resize", workers });

describe("more workers", () => {
  test("boot in new places, and come back there when they end", () => {
    const server = new Supervised().up();
    expect(deeds(toSize(server, 4))).toEqual(["fork 3", "fork 4"]);
    expect(deeds([...server.ready(3), ...server.ready(4)])).toEqual([]);
    expect(deeds(server.exited(4, 1))).toEqual(["fork 4"]);
    expect(server.state.places.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
  });

  test("that cannot boot do not end the server: they are tried again", () => {
    const server = new Supervised().up();
    toSize(server, 3);
    expect(deeds(server.bootFailed(3, "no memory"))).toEqual(["kill 3"]);
    expect(deeds(server.exited(3, null, "SIGKILL"))).toEqual(["fork 3"]);
  });

  test("are waited for before a server that boots says that it is up", () => {
    const server = new Supervised();
    server.take({ type: "start" });
    toSize(server, 3);
    expect(deeds([...server.ready(1), ...server.ready(2)])).toEqual([]);
    expect(deeds(server.ready(3))).toEqual(["announce"]);
  });
});

describe("fewer workers", () => {
  test("the last place is given up: its life drains, and nobody follows it", () => {
    const server = new Supervised({ workers: 3 }).up();
    expect(deeds(toSize(server, 1))).toEqual(["drain 2", "drain 3"]);
    const ends = [...exits(server, 2), ...exits(server, 3)];
    expect(deeds(ends)).toEqual([]);
    expect(logs(ends).map(({ level, fields }) => [level, fields["reason"]])).toEqual([
      ["debug", "fewer-workers"],
      ["debug", "fewer-workers"],
    ]);
    expect(server.state.places).toHaveLength(1);
  });

  test("one that boots is killed, and one that waits for its back-off never comes", () => {
    const server = new Supervised({ random: () => 0.999 }).up();
    toSize(server, 3);
    expect(deeds(toSize(server, 2))).toEqual(["kill 3"]);
    server.exited(2, 1);
    server.exited(2, 1);
    expect(deeds(toSize(server, 1))).toEqual([]);
    expect(server.wakeAt).toBeUndefined();
  });

  test("one that does not drain in time is killed", () => {
    const server = new Supervised().up();
    toSize(server, 1);
    expect(deeds(server.wake())).toEqual(["kill 2"]);
  });

  test("a place that is wanted again gets a new life beside the one that drains", () => {
    const server = new Supervised().up();
    toSize(server, 1);
    expect(deeds(toSize(server, 2))).toEqual(["fork 2"]);
    server.ready(2);
    expect(deeds(exits(server, 2))).toEqual([]);
    expect(server.state.workers.map(({ life, stage }) => [life, stage])).toEqual([
      [1, "ready"],
      [3, "ready"],
    ]);
  });

  test("during a roll: both lives of the place leave, and the roll ends", () => {
    const server = new Supervised().up();
    server.take({ type: "roll" });
    server.ready(1);
    expect(deeds(toSize(server, 1))).toEqual(["drain 2", "kill 4", "rolled"]);
  });
});

test("a server that stops keeps its places", () => {
  const server = new Supervised().up();
  server.take({ type: "signal", signal: "SIGTERM" });
  expect(deeds(toSize(server, 1))).toEqual([]);
  expect(deeds(toSize(server, 3))).toEqual([]);
});
