/** The thread of the primary that owns the queue's file. It alone writes to it. */
import {
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  workerData,
} from "node:worker_threads";
import { Channel } from "../../../channel/channel.ts";
import type { Envelope } from "../../../channel/envelope.ts";
import { hostSide, storeSide } from "../../messages/commands.ts";
import { startsPath } from "../../starts.ts";
import { Control } from "./by-hand/control.ts";
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
  readonly maxQueued: number;
}

/** Taking a result of 1 MB takes about 1 ms. Meanwhile nothing is carried out. */
const takingMs = 5;

/** The bytes that a `body` is answered with: they go to the primary without a copy. */
function bytesIn({ items }: Envelope): ArrayBuffer[] {
  const answers = items as readonly { readonly value?: { readonly bytes?: unknown } | null }[];
  return answers.flatMap(({ value }) => {
    const bytes = typeof value === "object" ? value?.bytes : undefined;
    return bytes instanceof Uint8Array && bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : [];
  });
}

if (parentPort) serve(parentPort, workerData as StoreThreadData);

function serve(port: MessagePort, { path, retentionMs, maxQueued }: StoreThreadData): void {
  const inbox = new Inbox();
  const host = new Channel({
    service: "store",
    mine: storeSide,
    theirs: hostSide,
    send: (envelope) => port.postMessage(envelope, bytesIn(envelope)),
    calls: (asked) => inbox.add(asked),
    notes: {},
  });
  try {
    const isLeft = hasLog(path);
    const db = openDatabase(path, (upgrade) => {
      host.note("upgrade", { upgrade });
      host.flush(); // The thread does not return to its event loop for a while.
    });
    const clock = new WallClock();
    const store = new Store({ db, retentionMs, maxQueued, clock, random: Math.random });
    const locks = new WorkerLocks(db, path);
    const guard = new FileGuard(db, path);
    const loop = new StoreLoop({ store, clock, guard, host, inbox });
    const control = new Control(db, path, (reason) => host.note("no-control", { reason }));
    const takingBack = new TakingBack({
      locks,
      store,
      tell: (former) => host.note("former", former),
      onDone: () => loop.work(),
    });
    const callOffCheck = isLeft
      ? checkLeftFile({ path, guard, onVerdict: (verdict) => loop.judge(verdict) })
      : () => {};
    const isClosing = () => inbox.close !== undefined; // The compiler narrows no call.
    port.on("message", (first: Envelope) => {
      if (isClosing()) return;
      // What has arrived so far goes into one transaction, if that is not very much (inbox.ts).
      const until = performance.now() + takingMs;
      for (let next: Envelope | undefined = first; next && !inbox.close; ) {
        host.take(next);
        next = performance.now() < until ? receiveMessageOnPort(port)?.message : undefined;
      }
      if (inbox.close) void close(inbox.close.call);
      else loop.work();
    });
    const close = async (call: number) => {
      loop.finish();
      takingBack.stop();
      callOffCheck();
      await control.close();
      locks.close(store.isAnyRunning);
      guard.close();
      host.reply({ answer: call, value: null });
      host.flush();
      port.close();
    };
    host.note("opened", { workerLock: locks.own, starts: startsPath(locks.own) });
    loop.work();
    takingBack.start();
  } catch (error) {
    host.note("failed", { message: refusalOfFile(path, error) });
  }
}
