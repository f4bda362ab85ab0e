import type { ChildProcess } from "node:child_process";
import { type Closable, isClosable } from "./closable.ts";

/** What node:cluster sends a worker with a connection (Node: lib/internal/cluster/). */
interface NewConnection {
  readonly cmd: "NODE_CLUSTER";
  readonly act: "newconn";
  readonly seq: number;
}

/**
 * Closes the connections that were on their way to a worker when it died. Under round-robin
 * node:cluster lets go of a connection when its worker says that it has it, and of one that a dead
 * worker will never say this of it does not: its client would wait for ever.
 *
 * It looks at messages that are Node's own. Where a later Node sends others, it sees none and does
 * nothing.
 */
export function closeWhatDiesWith(worker: ChildProcess): void {
  const underWay = new Map<number, Closable>();
  const send = worker.send;
  worker.send = (...args: readonly unknown[]) => {
    const [message, handle] = args;
    if (isNewConnection(message) && isClosable(handle)) underWay.set(message.seq, handle);
    return Reflect.apply(send, worker, args) as boolean;
  };
  worker.on("internalMessage", (message: { readonly ack?: number }) => {
    if (message.ack !== undefined) underWay.delete(message.ack);
  });
  worker.once("exit", () => {
    for (const connection of underWay.values()) connection.close();
    underWay.clear();
  });
}

function isNewConnection(message: unknown): message is NewConnection {
  const { cmd, act } = Object(message) as Partial<NewConnection>;
  return cmd === "NODE_CLUSTER" && act === "newconn";
}
