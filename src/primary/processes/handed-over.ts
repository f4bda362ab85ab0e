import type { ChildProcess } from "node:child_process";
import { type Closable, isClosable } from "./closable.ts";

/** What node:cluster sends a worker with a connection (Node: lib/internal/cluster/). */
interface NewConnection {
  readonly cmd: "NODE_CLUSTER";
  readonly act: "newconn";
  readonly seq: number;
}

/** What a worker answers; `ack` is the number of the message that it answers. */
interface InternalMessage {
  readonly cmd?: string;
  readonly ack?: number;
}

interface Hooks {
  /** Gives a connection to another worker; false where there is none. */
  readonly passOn: (connection: Closable) => boolean;
  /** Hears of each connection for which the worker had no file descriptor. */
  readonly onRefused: () => void;
  /** Hears of the descriptor that each connection has in this process. */
  readonly onSent: (descriptor: number) => void;
}

/**
 * Sees to the connections that a worker does not take. Those that were on their way when it died go
 * to another worker, or are closed: it has read nothing of them. One that did not get there, since
 * the worker has no file descriptor left, is closed. Under round-robin node:cluster lets go of a
 * connection, and gives the worker its next one, when the worker says that it has it. Where it never
 * says so the client would wait for ever, and the worker with it.
 *
 * It looks at messages that are Node's own, and speaks for the worker in them. Where a later Node
 * sends others, it sees none and does nothing.
 */
export function followHandingOver(
  worker: ChildProcess,
  { passOn, onRefused, onSent }: Hooks,
): void {
  const underWay = new Map<number, Closable>();
  const send = worker.send;
  worker.send = (...args: readonly unknown[]) => {
    const [message, handle] = args;
    if (isNewConnection(message) && isClosable(handle)) {
      underWay.set(message.seq, handle);
      onSent(handle.fd ?? 0);
    }
    return Reflect.apply(send, worker, args) as boolean;
  };
  worker.on("internalMessage", ({ ack, cmd }: InternalMessage) => {
    if (ack !== undefined) underWay.delete(ack);
    // A worker gets one at a time, so this is the only one.
    const [seq] = cmd === "NODE_HANDLE_NACK" ? underWay.keys() : [];
    if (seq === undefined) return;
    onRefused();
    // To node:cluster it has been taken: it closes its own end, and goes on to the next one.
    worker.emit("internalMessage", { cmd: "NODE_CLUSTER", ack: seq, accepted: true });
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
