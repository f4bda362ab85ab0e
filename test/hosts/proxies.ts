import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { RedisServer } from "../helpers/redis-server.ts";
import type { HostPlace, Network } from "./network.ts";

/** All hosts on this machine, and between each of them and Redis a proxy that can fall silent. */
export class Proxies implements Network {
  readonly hosts: readonly HostPlace[];
  readonly #redis: RedisServer;
  readonly #proxies: readonly Passage[];

  private constructor(redis: RedisServer, proxies: readonly Passage[]) {
    this.#redis = redis;
    this.#proxies = proxies;
    this.hosts = proxies.map((proxy) => ({
      ...{ address: "127.0.0.1", queue: `redis://127.0.0.1:${proxy.port}` },
      script: 'exec "$0" "$@"',
      cut: () => proxy.cut(),
      heal: () => proxy.heal(),
    }));
  }

  static async open(count: number): Promise<Proxies> {
    const redis = await RedisServer.start();
    const opened = Array.from({ length: count }, () => Passage.open(redis.port));
    return new Proxies(redis, await Promise.all(opened));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const proxy of this.#proxies) proxy.close();
    await this.#redis[Symbol.asyncDispose]();
  }
}

/** Passes bytes on to a port. While it is cut it takes connections, and passes nothing on. */
class Passage {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  private constructor(target: number) {
    this.#server = createServer({ pauseOnConnect: true }, (near) => {
      const far = connect(target, "127.0.0.1");
      this.#join(near, far);
      this.#join(far, near);
    });
  }

  static async open(target: number): Promise<Passage> {
    const proxy = new Passage(target);
    await once(proxy.#server.listen(0, "127.0.0.1"), "listening");
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.pause();
  }

  heal(): void {
    this.#isCut = false;
    for (const socket of this.#sockets) socket.resume();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on("data", (bytes) => to.write(bytes));
    from.on("error", () => {}); // It closes, too.
    from.on("close", () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    if (this.#isCut) from.pause();
    else from.resume();
  }
}
