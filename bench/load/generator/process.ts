/**
 * The generator's own process, forked by `load.ts`. It runs one plan after another, and exits with
 * its caller.
 */

import { lookup } from "node:dns/promises";
import { unbracket } from "../host-name.ts";
import { followParent } from "../processes/follow-parent.ts";
import type { LoadProgress } from "../result.ts";
import type { FromGenerator, ToGenerator } from "./messages.ts";
import type { FullPlan } from "./plan.ts";
import { Run } from "./run.ts";

let run: Run | null = null;
let stopped = false;

/** Settles when the message is out. A long result does not fit into the pipe at once. */
function tell(message: FromGenerator): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // An error means that the caller has gone. Then nobody needs the answer.
  if (process.connected && process.send) process.send(message, () => resolve());
  else resolve();
  return promise;
}

async function start(plan: FullPlan, progress: boolean): Promise<void> {
  stopped = false;
  const { hostname, port, host } = new URL(plan.url);
  const { address } = await lookup(unbracket(hostname));
  const target = {
    address,
    port: port === "" ? 80 : Number(port),
    host,
    timeoutMs: plan.timeoutMs,
  };
  const onProgress = (news: LoadProgress) => void tell({ kind: "progress", progress: news });
  run = new Run(plan, target, progress ? onProgress : null);
  if (stopped) run.stop();
  await tell({ kind: "result", result: await run.finished });
}

process.on("message", (message: ToGenerator) => {
  if (message.kind === "stop") {
    stopped = true;
    run?.stop();
    return;
  }
  start(message.plan, message.progress).catch((error: unknown) =>
    tell({ kind: "failure", message: String(error) }),
  );
});

followParent();
