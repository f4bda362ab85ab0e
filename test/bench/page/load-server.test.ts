/** The process behind "Load this server". */
import { expect, test, vi } from "vitest";
import { ServerProcess } from "../../helpers/server-process.ts";
import { PageProgram } from "./page-program.ts";

const order = { task: "hash", perSecond: 40, seconds: 1, headers: {} };
const input = { input: "a", iterations: 10 };

test("requests at a rate, for a time: what was sent, answered and refused", async () => {
  await using server = await ServerProcess.start(["--mode", "single", "--queue", "none"]);
  const args = [JSON.stringify({ ...order, input, url: server.url })];
  await using program = new PageProgram("load-server", args);
  expect(await program.exited).toBe(0);
  expect(program.events[0]).toMatchObject({ event: "plan", data: { perSecond: 40, seconds: 1 } });
  expect(program.data("load").length).toBeGreaterThan(0);
  const [end] = program.data("end");
  expect(end).toMatchObject({ refused: 0, failed: 0, isStopped: false });
  expect(end?.["sent"]).toBeGreaterThan(5);
  expect(end?.["answered"]).toBe(end?.["sent"]);
});

test("a full queue: its answers are told as refused", async () => {
  const flags = ["--mode", "threads", "--threads", "1", "--queue", "none", "--max-pending", "1"];
  await using server = await ServerProcess.start(flags);
  const heavy = { ...order, input: { input: "a", iterations: 200_000 }, url: server.url };
  await using program = new PageProgram("load-server", [JSON.stringify(heavy)]);
  expect(await program.exited).toBe(0);
  expect(program.data("end")).toMatchObject([{ failed: 0, refused: expect.any(Number) }]);
  expect(program.data("end")[0]?.["refused"]).toBeGreaterThan(0);
});

test("ends early when nobody wants it any more", async () => {
  await using server = await ServerProcess.start(["--mode", "single", "--queue", "none"]);
  const long = { ...order, input, url: server.url, seconds: 3600 };
  await using program = new PageProgram("load-server", [JSON.stringify(long)]);
  await vi.waitUntil(() => program.data("load").length > 0, { timeout: 60_000 });
  program.child.stdin?.end();
  expect(await program.exited).toBe(0);
  expect(program.data("end")).toMatchObject([{ isStopped: true }]);
});

test("a server that is gone is told as failed requests", async () => {
  const args = [JSON.stringify({ ...order, input, url: "http://127.0.0.1:1" })];
  await using program = new PageProgram("load-server", args);
  expect(await program.exited).toBe(0);
  expect(program.data("end")).toMatchObject([{ answered: 0 }]);
});
