/** The thread of the primary that owns the queue's file: the one writer. */
import {
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  workerData,
} from "node:worker_threads";
import type { Asked, FromThread, ToThread } from "../commands.ts";
import { FileGuard } from "./file/guard.ts";
import { checkLeftFile } from "./file/left.ts";
import { hasLog } from "./file/look.ts";
import { openDatabase, refusalOfFile } from "./file/opening.ts";
import { Groups } from "./group.ts";
import { Rounds } from "./rounds.ts";
import { TakingBack } from "./taking-back.ts";
import { WallClock } from "./wall-clock.ts";
import { WorkerLocks } from "./worker-locks.ts";

export interface StoreThreadData {
  readonly path: string;
  readonly retentionMs: number;
}

if (parentPort) serve(parentPort, workerData as StoreThreadData);

function serve(port: MessagePort, { path, retentionMs }: StoreThreadData): void {
  const tell = (message: FromThread) => port.postMessage(message);
  try {
    const isLeft = hasLog(path);
    const db = openDatabase(path);
    const clock = new WallClock();
    const groups = new Groups({ db, retentionMs, clock, random: Math.random });
    const locks = new WorkerLocks(db, path);
    const guard = new FileGuard(db, path);
    const rounds = new Rounds({ groups, clock, guard, tell });
    const takingBack = new TakingBack({ locks, groups, tell, onDone: () => rounds.work([]) });
    const callOffCheck = isLeft
      ? checkLeftFile(path, guard, (verdict) => rounds.judge(verdict))
      : () => {};
    port.on("message", (first: ToThread) => {
      const { asked, isLast } = arrived(port, first);
      rounds.work(asked);
      if (!isLast) return;
      rounds.stop();
      takingBack.stop();
      callOffCheck();
      locks.close();
      guard.close();
      tell({ kind: "closed" });
      port.close();
    });
    tell({ kind: "opened", workerLock: locks.own });
    rounds.work([]);
    takingBack.start();
  } catch (error) {
    tell({ kind: "failed", message: refusalOfFile(path, error) });
  }
}

/** Everything that has arrived so far: it goes into one transaction. */
function arrived(port: MessagePort, first: ToThread) {
  const asked: Asked[] = [];
  for (let next: ToThread | undefined = first; next; next = receiveMessageOnPort(port)?.message) {
    if (next.kind === "close") return { asked, isLast: true };
    asked.push(...next.asked);
  }
  return { asked, isLast: false };
}
