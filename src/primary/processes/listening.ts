import { subscribe } from "node:diagnostics_channel";
import type { Server } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { listenBacklog } from "../../config/listen-backlog.ts";
import { type Closable, isClosable } from "./closable.ts";

/** As node:cluster uses it: it sets what takes a new connection, and closes it after its last worker. */
interface ListeningHandle extends Closable {
  onconnection?: (status: number, connection: Closable) => void;
}

/**
 * The sockets on which this process listens for its workers, as node:cluster does under round-robin.
 * A worker that closes takes itself off the list of those who get connections; the socket stays
 * open until the last one has, and takes connections that nobody will serve.
 *
 * It looks at a handle that is Node's own. Where a later Node has none, it sees nothing and does
 * nothing.
 */
export class Listening {
  readonly #sockets = new Set<ListeningHandle>();

  /** Sees what begins to listen from now on. */
  constructor() {
    subscribe("tracing:net.server.listen:asyncEnd", (message) => {
      const { server } = message as { readonly server?: Server & { readonly _handle?: unknown } };
      if (isClosable(server?._handle)) this.#add(server._handle);
    });
  }

  /**
   * Gives a connection to a worker as if it had just come.
   *
   * @returns false where no worker listens
   */
  passOn(connection: Closable): boolean {
    const [socket] = this.#sockets;
    if (!socket?.onconnection) return false;
    socket.onconnection(0, connection);
    return true;
  }

  /** Takes no more connections, but for those that wait in the kernel by now. */
  async stop(): Promise<void> {
    for (let turn = 0; turn < listenBacklog; turn++) await nextTurn();
    for (const socket of [...this.#sockets]) socket.close();
  }

  #add(socket: ListeningHandle): void {
    const close = socket.close;
    socket.close = (...args) => {
      this.#sockets.delete(socket);
      close.apply(socket, args);
    };
    this.#sockets.add(socket);
  }
}
