import { readdirSync } from "node:fs";
import { expect } from "vitest";
import type { Folder } from "../helpers/embedded-queue.ts";
import { gone, ServerProcess } from "../helpers/server-process.ts";

/** `hold` leaves a file at each start, and ends when its gate is there. Both tell the server's pid. */
export const tasks = `
import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { defineTask, z } from "${new URL("../../src/index.ts", import.meta.url)}";
export const where = defineTask({
  name: "where",
  input: z.strictObject({}),
  run: () => process.ppid,
});
export const hold = defineTask({
  name: "hold",
  input: z.strictObject({ folder: z.string() }),
  run: async ({ folder }) => {
    writeFileSync(folder + "/start-" + process.ppid + "-" + Math.random(), "");
    while (!existsSync(folder + "/gate")) await pause(10);
    return process.ppid;
  },
});
`;

/** A server that knows its clients by the proxy, with slots for all that is held. */
export function startServer(folder: Folder, queue: string): Promise<ServerProcess> {
  const flags = ["--mode", "threads", "--threads", "6", "--tasks", folder.file("tasks.js")];
  flags.push("--queue", queue, "--access-log", "all");
  return ServerProcess.start([...flags, "--trust-proxy", "127.0.0.1"]);
}

/** Ends the primary and its workers at once, as the end of a machine does. */
export async function killWhole(server: ServerProcess): Promise<void> {
  const workers = await server.workers();
  server.child.kill("SIGKILL");
  for (const pid of workers) process.kill(pid, "SIGKILL");
  for (const pid of workers) await gone(pid);
  await server.exited;
}

/** The pids of the servers that have started a held run, one for each start. */
export function startsOf(folder: Folder): number[] {
  const names = readdirSync(folder.path).filter((name) => name.startsWith("start-"));
  return names.map((name) => Number(name.split("-")[1]));
}

export async function startsIn(folder: Folder, count: number): Promise<number[]> {
  await expect.poll(() => startsOf(folder).length).toBeGreaterThanOrEqual(count);
  return startsOf(folder);
}
