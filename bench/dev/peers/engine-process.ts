/** One process of another queue. It submits jobs or runs them, as ordered. */

import { messageOf } from "../../../src/errors.ts";
import { followParent } from "../../load/processes/follow-parent.ts";
import type { Engine, EngineAnswer, EngineName, EngineOrder } from "./engine.ts";
import { measureCallsPerSecond, submitAll } from "./peer.ts";

const [name, address = ""] = process.argv.slice(2);
followParent();

function tell(answer: EngineAnswer): void {
  process.send?.(answer);
}

async function open(engine: EngineName): Promise<Engine> {
  switch (engine) {
    case "bullmq":
      return (await import("./bullmq.ts")).openBullMq(address);
    case "pg-boss":
      return (await import("./pg-boss.ts")).openPgBoss(address);
  }
}

let count = 0;
let isTold = true;

/** Reports at most once a turn, because thousands may end in a second. */
function onDone(): void {
  count++;
  if (!isTold) return;
  isTold = false;
  setImmediate(() => {
    isTold = true;
    tell({ kind: "ran", count });
  });
}

async function carryOut(engine: Engine, order: EngineOrder): Promise<number> {
  switch (order.kind) {
    case "submits": {
      const { inFlight, durationMs, jobsPerCall } = order;
      return measureCallsPerSecond(inFlight, durationMs, () => engine.submit(jobsPerCall, true, 0));
    }
    case "fill":
      await submitAll(order.count, (jobs) => engine.submit(jobs, false, order.spinMs));
      return 0;
    case "work":
      await engine.work(onDone);
      return 0;
    case "clear":
      await engine.clear();
      return 0;
  }
}

try {
  const engine = await open(name as EngineName);
  process.on("message", (order: EngineOrder) => {
    carryOut(engine, order).then(
      (perSecond) => tell({ kind: "done", callsPerSecond: perSecond }),
      (error: unknown) => tell({ kind: "failed", message: messageOf(error) }),
    );
  });
  tell({ kind: "done", callsPerSecond: 0 });
} catch (error) {
  tell({ kind: "failed", message: messageOf(error) });
}
