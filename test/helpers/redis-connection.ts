import { parseRedisUrl, type RedisLocation } from "../../src/config/redis-location.ts";
import { type Client, openRedis, type RedisRole } from "../../src/jobs/redis/connections.ts";

export function locationOf(url: string): RedisLocation {
  const parsed = parseRedisUrl(url);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

/** A connection that ends with the test. */
export class TestConnection implements AsyncDisposable {
  readonly redis: Client;
  /** The errors of the connection, the newest last. */
  readonly errors: Error[] = [];

  private constructor(url: string, role: RedisRole) {
    this.redis = openRedis(locationOf(url), role, (error) => this.errors.push(error));
  }

  /** It may never be ready. */
  static open(url: string, role: RedisRole = "commands"): TestConnection {
    return new TestConnection(url, role);
  }

  static async ready(url: string, role: RedisRole = "commands"): Promise<TestConnection> {
    const opened = new TestConnection(url, role);
    await opened.isReady();
    return opened;
  }

  /** Resolves when it can take commands, after a reconnect too. */
  async isReady(): Promise<void> {
    if (this.redis.status !== "ready") await this.happens("ready");
  }

  /** Resolves at the next event of this name. Unlike `once` of Node, it lives with errors. */
  happens(event: "ready" | "close" | "end" | "error"): Promise<void> {
    return new Promise((resolve) => void this.redis.once(event, () => resolve()));
  }

  /** The first error of the connection. */
  async failure(): Promise<Error> {
    if (this.errors.length === 0) await this.happens("error");
    return this.errors[0] as Error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.redis.status === "end") return;
    const ended = this.happens("end");
    this.redis.disconnect();
    await ended;
  }
}
