import { afterAll, beforeAll, expect, test } from "vitest";
import { ServerProcess } from "../helpers/server-process.ts";

const tasks = new URL("../fixtures/endings.ts", import.meta.url).pathname;
const lines = 50;

let server: ServerProcess;

beforeAll(async () => {
  const oneThread = ["--mode", "threads", "--cores", "1", "--run-timeout", "1s"];
  server = await ServerProcess.start([...oneThread, "--tasks", tasks]);
});

afterAll(() => server[Symbol.asyncDispose]());

test.each([
  ["return", 200],
  ["exit", 500],
  ["stray", 500],
  ["spin", 504],
])("what a task prints before its thread ends (%s) is printed, in order", async (end, status) => {
  const response = await server.post("/tasks/last-words", { lines, end });
  expect(response.status).toBe(status);
  await server.printed(new RegExp(`${end}: line ${lines} on stdout`));
  await server.printed(new RegExp(`${end}: line ${lines} on stderr`));
  for (const stream of ["stdout", "stderr"] as const) {
    const said = [
      ...server[stream].matchAll(new RegExp(`^${end}: line (\\d+) on ${stream}$`, "gm")),
    ];
    expect(said.map(([, line]) => Number(line))).toEqual(
      Array.from({ length: lines }, (_, index) => index + 1),
    );
  }
});
