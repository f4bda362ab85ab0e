import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A client that writes bytes as it likes, and keeps what it is sent. */
export class RawClient {
  readonly socket: Socket;
  received = "";
  readonly closed: Promise<unknown>;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once("close", resolve));
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      this.received += text;
      socket.emit("more");
    });
    socket.on("error", () => {}); // A reset is one way for a server to close.
  }

  /** @param allowHalfOpen keeps this side open when the server has ended its own */
  static async connect(url: string, { allowHalfOpen = false } = {}): Promise<RawClient> {
    const { hostname, port } = new URL(url);
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen });
    await once(socket, "connect");
    return new RawClient(socket);
  }

  /**
   * Sends a GET, and resolves when the server has handed it to its handler: Node says "continue"
   * just before it does.
   */
  async arrives(path: string): Promise<void> {
    this.send(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\r\n`);
    await this.receives(/^HTTP\/1\.1 100 /m);
  }

  send(text: string): void {
    this.socket.write(text);
  }

  /** Resolves when what was received matches. */
  async receives(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.received)) await once(this.socket, "more");
  }
}
