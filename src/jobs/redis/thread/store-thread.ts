/** The thread of the primary that has the queue in Redis: its records, and BullMQ's Queue and Worker. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { Channel } from "../../../channel/channel.ts";
import { type Envelope, isEnvelope } from "../../../channel/envelope.ts";
import type { RedisLocation } from "../../../config/redis-location.ts";
import { messageOf } from "../../../errors.ts";
import {
  type AskedCommand,
  type HostSide,
  hostSide,
  type StoreSide,
  storeSide,
} from "../../messages/commands.ts";
import { makeStarts } from "../../starts.ts";
import { StoreKeeper } from "./keeper.ts";
import { tellPrinted } from "./printed.ts";

export interface RedisThreadData {
  readonly location: RedisLocation;
  readonly retentionMs: number;
  readonly maxQueued: number;
}

if (parentPort) void serve(parentPort, workerData as RedisThreadData);

async function serve(port: MessagePort, data: RedisThreadData): Promise<void> {
  const host: Channel<StoreSide, HostSide> = new Channel({
    service: "store",
    mine: storeSide,
    theirs: hostSide,
    send: (envelope) => port.postMessage(envelope),
    calls: (asked) => {
      if (asked.name === "close") void close(asked.call);
      else void keeper.answer(asked as AskedCommand);
    },
    notes: {},
  });
  const keeper = new StoreKeeper(data, host);
  const folder = mkdtempSync(join(tmpdir(), "manycore-"));
  const close = async (call: number) => {
    await keeper.close();
    rmSync(folder, { recursive: true, force: true });
    host.reply({ answer: call, value: null });
    host.flush();
    port.close();
  };
  port.on("message", (message: Envelope) => {
    if (isEnvelope(message)) host.take(message);
  });
  tellPrinted((message) => host.note("advice", { level: "warn", message }));
  try {
    const starts = join(folder, "starts");
    makeStarts(starts);
    await keeper.open();
    host.note("opened", { workerLock: null, starts });
  } catch (error) {
    host.note("failed", { message: messageOf(error) });
  }
}
