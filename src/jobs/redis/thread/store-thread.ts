/** The thread of the primary that has the queue in Redis: its records, and BullMQ's Queue and Worker. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { Channel } from "../../../channel/channel.ts";
import { type Envelope, isEnvelope } from "../../../channel/envelope.ts";
import type { RedisLocation } from "../../../config/redis-location.ts";
import { messageOf } from "../../../errors.ts";
import { type HostSide, hostSide, type StoreSide, storeSide } from "../../messages/commands.ts";
import { tellPrinted } from "./printed.ts";
import { openStore, type RedisStore } from "./store.ts";

export interface RedisThreadData {
  readonly location: RedisLocation;
  readonly retentionMs: number;
  readonly maxQueued: number;
}

if (parentPort) void serve(parentPort, workerData as RedisThreadData);

async function serve(port: MessagePort, data: RedisThreadData): Promise<void> {
  let store: RedisStore | undefined;
  const host: Channel<StoreSide, HostSide> = new Channel({
    service: "store",
    mine: storeSide,
    theirs: hostSide,
    send: (envelope) => port.postMessage(envelope),
    calls: (asked) => void store?.answer(asked),
    notes: {},
  });
  port.on("message", (message: Envelope) => {
    if (isEnvelope(message)) host.take(message);
  });
  tellPrinted((message) => host.note("advice", { level: "warn", message }));
  try {
    store = await openStore(data, host, () => port.close());
    host.note("opened", { workerLock: null, starts: store.starts });
    await store.start();
  } catch (error) {
    host.note("failed", { message: messageOf(error) });
  }
}
