import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { runLoad } from "../../load/generator/load.ts";
import type { Arrivals } from "../../load/generator/plan.ts";
import { endWithUs } from "../../load/processes/children.ts";
import { findModuleFile } from "../../load/processes/module-file.ts";
import type { StreamResult } from "../../load/result.ts";

/** Ways to measure wrongly on purpose. The self-test must notice them. */
export type Omission =
  /** Timed from the actual send: a request that waited for a connection looks fast. */
  | "actual"
  /** Closed loop: nothing is sent, and so nothing is slow, while the server is frozen. */
  | "closed";

export interface Check {
  readonly name: string;
  readonly measured: number;
  /** In ms, both inclusive. */
  readonly least: number;
  readonly most: number;
  readonly passed: boolean;
}

const frozenMs = 3_000;
const frozenRunMs = 6_000;
const frozenTolerance = 0.1;

/**
 * The server is stopped (SIGSTOP) for 3 of 6 seconds while requests are due at a steady rate. Half
 * of them meet the freeze, and wait from 3,000 ms down to nothing. The slowest tenth of all is the
 * slowest fifth of those: p90 = 0.8 · 3,000 ms, and p99 = 0.98 · 3,000 ms.
 */
export async function checkFreeze(
  signal: AbortSignal,
  omission: Omission | null,
): Promise<Check[]> {
  const arrivals: Arrivals =
    omission === "closed" ? { kind: "closed" } : { kind: "constant", perSecond: 100 };
  const { latency } = await withServer(signal, async (server, url, stop) => {
    let thaw: NodeJS.Timeout | undefined;
    try {
      const { load } = await runLoad(
        {
          url,
          requests: [{ path: "/" }],
          arrivals,
          connections: 8,
          warmupMs: 500,
          durationMs: frozenRunMs,
          timedFrom: omission === "actual" ? "actual" : "intended",
        },
        {
          signal: stop,
          onProgress: ({ phase }) => {
            if (phase !== "measure" || thaw !== undefined) return;
            server.kill("SIGSTOP");
            thaw = setTimeout(() => server.kill("SIGCONT"), frozenMs);
          },
        },
      );
      return load;
    } finally {
      clearTimeout(thaw);
      server.kill("SIGCONT");
    }
  });
  const near = (name: string, measured: number, expected: number) =>
    makeCheck(name, measured, expected * (1 - frozenTolerance), expected * (1 + frozenTolerance));
  return [
    near("server frozen for 3 of 6 s, p90", readLongest(latency.p90), 0.8 * frozenMs),
    near("server frozen for 3 of 6 s, p99", readLongest(latency.p99), 0.98 * frozenMs),
  ];
}

/**
 * The server takes 100 ms for everything. Timers count whole milliseconds, so its wait can be a
 * little short. The rest of the margin is for a busy machine.
 */
export async function checkSteady(signal: AbortSignal): Promise<Check[]> {
  const load = await withServer(signal, async (_server, url, stop): Promise<StreamResult> => {
    const plan = { url, requests: [{ path: "/slow" }], connections: 8, durationMs: 4_000 };
    const arrivals = { kind: "constant", perSecond: 5 } as const;
    return (await runLoad({ ...plan, arrivals }, { signal: stop })).load;
  });
  return [
    makeCheck("server that takes 100 ms, p50", readLongest(load.latency.p50), 98, 115),
    makeCheck("server that takes 100 ms, answers", load.correct, 20, 20),
  ];
}

/** A request that was given up took too long. */
function readLongest(ms: number | null): number {
  return ms ?? Number.POSITIVE_INFINITY;
}

function makeCheck(name: string, measured: number, least: number, most: number): Check {
  return { name, measured, least, most, passed: measured >= least && measured <= most };
}

const serverFile = findModuleFile("./server", import.meta.url);

/**
 * Starts a server for a check, and ends it afterwards.
 *
 * @param use its signal aborts when the check is over: the server has ended, or `signal` aborted
 * @throws the signal's reason, or Error if the server ends by itself
 */
async function withServer<Result>(
  signal: AbortSignal,
  use: (server: ChildProcess, url: string, stop: AbortSignal) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const server = endWithUs(fork(serverFile, { execArgv: [] }));
  const ended = new AbortController();
  server.once("exit", (code, by) => {
    ended.abort(new Error(`The self-test's server ended by itself (${by ?? `code ${code}`})`));
  });
  const stop = AbortSignal.any([signal, ended.signal]);
  try {
    const [{ port }] = (await once(server, "message", { signal: stop })) as [{ port: number }];
    const result = await use(server, `http://127.0.0.1:${port}`, stop);
    stop.throwIfAborted();
    return result;
  } catch (error) {
    await nextTurn(); // A signal that killed a child of ours may still be on its way to us.
    throw signal.aborted ? signal.reason : stop.aborted ? stop.reason : error;
  } finally {
    server.kill("SIGKILL");
  }
}
