/** What an operator does to the server during a soak, at control. */
import { setTimeout as pause } from "node:timers/promises";
import { gone, type ServerProcess } from "../../helpers/server-process.ts";
import { authorization } from "./sent.ts";

interface Stats {
  readonly workers: readonly { readonly pid: number; readonly stage: string }[];
  /** Null where the queue was too busy to tell. */
  readonly jobs: { readonly states: Readonly<Record<string, number>> } | null;
}

export async function statsOf(server: ServerProcess): Promise<Stats> {
  return (await fetch(new URL("/stats", server.controlUrl))).json() as Promise<Stats>;
}

async function post(server: ServerProcess, path: string): Promise<void> {
  const url = new URL(path, server.controlUrl);
  const response = await fetch(url, { method: "POST", headers: authorization });
  const answer = await response.text();
  if (response.status !== 200) throw new Error(`POST ${path}: ${response.status} ${answer}`);
}

/** Resolves when the old workers are gone. */
export async function reload(server: ServerProcess): Promise<void> {
  const before = await server.workers();
  await post(server, "/reload");
  for (const pid of before) await gone(pid);
}

/** One worker more, and one less: the others stay. */
export async function resize(server: ServerProcess): Promise<void> {
  const before = new Set(await server.workers());
  await post(server, "/workers/+1");
  for (;;) {
    const { workers } = await statsOf(server);
    if (workers.filter(({ stage }) => stage === "ready").length > before.size) break;
    await pause(50);
  }
  const more = (await server.workers()).filter((pid) => !before.has(pid));
  await post(server, "/workers/-1");
  for (const pid of more) await gone(pid);
}

/** Resolves when no job is left to run. */
export async function settled(server: ServerProcess): Promise<void> {
  for (;;) {
    const { jobs } = await statsOf(server);
    if (jobs && (jobs.states["queued"] ?? 0) + (jobs.states["running"] ?? 0) === 0) return;
    await pause(20);
  }
}
