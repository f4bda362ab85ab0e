import { expect, test } from "vitest";
import { gone, ServerProcess } from "../helpers/server-process.ts";

test("after --max-runs a new worker takes the place, and every request is answered", async () => {
  await using server = await ServerProcess.start(["--workers", "1", "--max-runs", "5"]);
  const [old = 0] = await server.workers();
  const pids = new Set<number>();
  const ask = async () => {
    const response = await fetch(new URL("/hash?iterations=1", server.url));
    expect(response.status).toBe(200);
    pids.add(((await response.json()) as { readonly run: { readonly pid: number } }).run.pid);
  };
  const isGone = gone(old).then(() => "gone" as const);
  while ((await Promise.race([isGone, ask()])) !== "gone");
  await ask();
  expect(pids.size).toBeGreaterThan(1);
  const told = server.log.find(({ reason }) => reason === "runs");
  expect(told?.["msg"]).toMatch(/^worker 1 .* is to be replaced: .* as many runs as --max-runs$/);
});
