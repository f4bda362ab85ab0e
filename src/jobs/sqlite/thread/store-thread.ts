/** The thread of the primary that owns the queue's file. It alone writes to it. */
import {
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  workerData,
} from "node:worker_threads";
import { Channel } from "../../../channel/channel.ts";
import type { Envelope } from "../../../channel/envelope.ts";
import { hostSide, storeSide } from "../commands.ts";
import { FileGuard } from "./file/guard.ts";
import { checkLeftFile } from "./file/left.ts";
import { hasLog } from "./file/look.ts";
import { openDatabase, refusalOfFile } from "./file/opening.ts";
import { Inbox } from "./inbox.ts";
import { Store } from "./store.ts";
import { StoreLoop } from "./store-loop.ts";
import { TakingBack } from "./taking-back.ts";
import { WallClock } from "./wall-clock.ts";
import { WorkerLocks } from "./worker-locks.ts";

export interface StoreThreadData {
  readonly path: string;
  readonly retentionMs: number;
}

if (parentPort) serve(parentPort, workerData as StoreThreadData);

function serve(port: MessagePort, { path, retentionMs }: StoreThreadData): void {
  const inbox = new Inbox();
  const host = new Channel({
    service: "store",
    mine: storeSide,
    theirs: hostSide,
    send: (envelope) => port.postMessage(envelope),
    calls: (asked) => inbox.add(asked),
    notes: {},
  });
  try {
    const isLeft = hasLog(path);
    const db = openDatabase(path);
    const clock = new WallClock();
    const store = new Store({ db, retentionMs, clock, random: Math.random });
    const locks = new WorkerLocks(db, path);
    const guard = new FileGuard(db, path);
    const loop = new StoreLoop({ store, clock, guard, host });
    const takingBack = new TakingBack({
      locks,
      store,
      tell: (former) => host.note("former", former),
      onDone: () => loop.work([]),
    });
    const callOffCheck = isLeft
      ? checkLeftFile(path, guard, (verdict) => loop.judge(verdict))
      : () => {};
    port.on("message", (first: Envelope) => {
      // All that has arrived so far goes into one transaction.
      for (let next: Envelope | undefined = first; next && !inbox.close; ) {
        host.take(next);
        next = receiveMessageOnPort(port)?.message;
      }
      loop.work(inbox.takeCommands());
      if (!inbox.close) return;
      loop.stop();
      takingBack.stop();
      callOffCheck();
      locks.close();
      guard.close();
      host.reply({ answer: inbox.close.call, value: null });
      host.flush();
      port.close();
    });
    host.note("opened", { workerLock: locks.own });
    loop.work([]);
    takingBack.start();
  } catch (error) {
    host.note("failed", { message: refusalOfFile(path, error) });
  }
}
