import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { AddressInfo, Server } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { listenBacklog } from "../../config/listen-backlog.ts";
import { type Closable, isClosable } from "./closable.ts";

/** node:cluster sets `onconnection`, and closes the handle after the last worker. */
interface ListeningHandle extends Closable {
  onconnection?: (status: number, connection: Closable) => void;
}

/** Published for each server of this process that begins to listen. */
const listens = "tracing:net.server.listen:asyncEnd";

/**
 * The socket on which node:cluster listens for the workers under round-robin. A worker that closes
 * gets no more connections, but the socket stays open until the last worker has closed. Until then
 * it would take connections that nobody serves.
 *
 * It uses a handle of Node's own. If a later Node has none, it does nothing.
 */
export class Listening {
  readonly #sockets = new Set<ListeningHandle>();

  readonly #port: number;
  readonly #notice = (message: unknown) => {
    const { server } = message as { readonly server?: Server & { readonly _handle?: unknown } };
    // A program that embeds this one may have servers of its own.
    const address = server?.address() as AddressInfo | null | undefined;
    if (address?.port === this.#port && isClosable(server?._handle)) this.#add(server._handle);
  };

  /**
   * Notices the socket when it begins to listen. After the end of all workers it is a new one.
   *
   * @param port of the workers
   */
  constructor(port: number) {
    this.#port = port;
    subscribe(listens, this.#notice);
  }

  /**
   * Gives a connection to a worker as if it had just arrived.
   *
   * @returns false where no worker listens
   */
  passOn(connection: Closable): boolean {
    const [socket] = this.#sockets;
    if (!socket?.onconnection) return false;
    socket.onconnection(0, connection);
    return true;
  }

  /** Takes the connections that wait in the kernel by now, and then no more. */
  async stop(): Promise<void> {
    for (let turn = 0; turn < listenBacklog; turn++) await nextTurn();
    unsubscribe(listens, this.#notice);
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
