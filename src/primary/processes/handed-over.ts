import type { ChildProcess } from "node:child_process";
import { type Closable, isClosable } from "./closable.ts";

/** What node:cluster sends a worker with a connection (Node: lib/internal/cluster/). */
interface NewConnection {
  readonly cmd: "NODE_CLUSTER";
  readonly act: "newconn";
  readonly seq: number;
}

/** The answer of a worker; `ack` is the `seq` of the message. */
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
 * Handles the connections that a worker does not take. Those on their way when it died go to another
 * worker, or are closed: it has read nothing of them. A connection for which the worker has no file
 * descriptor left is closed. Without this its client would wait for ever, and so would the worker:
 * node:cluster sends the next connection only after the worker has acknowledged this one.
 *
 * It reads messages of Node's own, and answers some in the worker's place. If a later Node sends
 * others, it does nothing.
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
    // A worker gets one connection at a time, so this is the only one.
    const [seq] = cmd === "NODE_HANDLE_NACK" ? underWay.keys() : [];
    if (seq === undefined) return;
    onRefused();
    // node:cluster believes that it was taken, closes its own end, and sends the next one.
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
