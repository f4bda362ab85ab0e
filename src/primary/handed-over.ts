import type { ChildProcess } from "node:child_process";
import { type Closable, isClosable } from "./closable.ts";

/** What node:cluster sends a worker with a connection (Node: lib/internal/cluster/). */
interface NewConnection {
  readonly cmd: "NODE_CLUSTER";
  readonly act: "newconn";
  readonly seq: number;
}

/**
 * Sees to the connections that were on their way to a worker when it died: another worker gets them,
 * or they are closed. Under round-robin node:cluster lets go of a connection when its worker says
 * that it has it, and of one that a dead worker will never say this of it does not: its client would
 * wait for ever. The dead worker has read nothing of it.
 *
 * It looks at messages that are Node's own. Where a later Node sends others, it sees none and does
 * nothing.
 *
 * @param passOn gives a connection to another worker; false where there is none
 */
export function saveWhatDiesWith(
  worker: ChildProcess,
  passOn: (connection: Closable) => boolean,
): void {
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
    for (const connection of underWay.values()) if (!passOn(connection)) connection.close();
    underWay.clear();
  });
}

function isNewConnection(message: unknown): message is NewConnection {
  const { cmd, act } = Object(message) as Partial<NewConnection>;
  return cmd === "NODE_CLUSTER" && act === "newconn";
}
