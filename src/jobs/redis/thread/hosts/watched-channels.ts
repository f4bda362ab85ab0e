import type { Client } from "../../connections.ts";

/** The channels of the jobs and batches that are watched on this host, each by one or more. */
export class WatchedChannels {
  readonly #subscriber: Client;
  /** How many watch each. */
  readonly #counts = new Map<string, number>();

  constructor(subscriber: Client) {
    this.#subscriber = subscriber;
  }

  /** Where it fails, it counts all the same: it is subscribed to with the next connection. */
  async add(channel: string): Promise<void> {
    this.#counts.set(channel, (this.#counts.get(channel) ?? 0) + 1);
    await this.#subscriber.subscribe(channel);
  }

  /** Others may still watch the same. */
  async remove(channel: string): Promise<void> {
    const count = (this.#counts.get(channel) ?? 0) - 1;
    if (count > 0) {
      this.#counts.set(channel, count);
      return;
    }
    this.#counts.delete(channel);
    await this.#subscriber.unsubscribe(channel);
  }

  /**
   * Each time that the connection is there again: what was published in between is lost.
   *
   * @param hear has all channels then, as if something had been published in each
   */
  onLost(hear: (channel: string) => void): void {
    this.#subscriber.on("ready", () => {
      const channels = [...this.#counts.keys()];
      if (channels.length === 0) return;
      // ioredis has subscribed to them before this, so this is answered after that.
      this.#subscriber.subscribe(...channels).then(
        () => channels.forEach(hear),
        () => {}, // It is gone once more.
      );
    });
  }
}
