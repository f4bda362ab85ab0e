import type { Client } from "../../connections.ts";
import type { Keys } from "../records/keys.ts";
import { type HostNews, readNews, writeNews } from "./host-news.ts";
import { WatchedChannels } from "./watched-channels.ts";

export interface NewsListener {
  onNews(news: HostNews): void;
  /** A watched job has changed. */
  onChanged(seq: number): void;
  /** A watched batch has changed. */
  onBatchChanged(seq: number): void;
  /** Webhooks are to be sent. */
  onDeliveries(): void;
}

/** At most one word about ready jobs in so many ms. */
const readyMs = 2;

/** Hosts tell each other by Redis' publish and subscribe. What is not heard is found by the next look. */
export class News {
  readonly #client: Client;
  readonly #subscriber: Client;
  readonly #keys: Keys;
  readonly #host: string;
  readonly #watched: WatchedChannels;
  #onNews: (news: HostNews) => void = () => {};
  #onDeliveries = () => {};
  #willTellDeliveries = false;
  #readyTimer: NodeJS.Timeout | undefined;

  /** @param subscriber a connection of its own: one that listens can do nothing else */
  constructor(client: Client, subscriber: Client, keys: Keys, host: string) {
    this.#client = client;
    this.#subscriber = subscriber;
    this.#keys = keys;
    this.#host = host;
    this.#watched = new WatchedChannels(subscriber);
  }

  async listen(listener: NewsListener): Promise<void> {
    const { onNews } = listener;
    this.#onNews = (news) => onNews(news);
    this.#onDeliveries = () => listener.onDeliveries();
    this.#subscriber.on("message", (channel: string, text: string) => {
      if (channel !== this.#keys.news) return this.#hearChange(listener, channel);
      const news = readNews(text, this.#host);
      if (news) onNews(news);
    });
    this.#watched.onLost((channel) => this.#hearChange(listener, channel));
    await this.#subscriber.subscribe(this.#keys.news);
  }

  #hearChange({ onChanged, onBatchChanged }: NewsListener, channel: string): void {
    const [changed, changedBatch] = [this.#keys.of("changed:"), this.#keys.of("changed-batch:")];
    if (channel.startsWith(changed)) onChanged(Number(channel.slice(changed.length)));
    if (channel.startsWith(changedBatch))
      onBatchChanged(Number(channel.slice(changedBatch.length)));
  }

  async watch(seq: number): Promise<void> {
    await this.#watched.add(this.#keys.changed(seq));
  }

  async unwatch(seq: number): Promise<void> {
    await this.#watched.remove(this.#keys.changed(seq));
  }

  async watchBatch(seq: number): Promise<void> {
    await this.#watched.add(this.#keys.changedBatch(seq));
  }

  async unwatchBatch(seq: number): Promise<void> {
    await this.#watched.remove(this.#keys.changedBatch(seq));
  }

  /** Tells the other hosts. */
  tell(news: HostNews): void {
    const text = writeNews(news, this.#host);
    this.#client.publish(this.#keys.news, text).catch(() => {}); // They look by themselves, too.
  }

  /** Jobs are ready: tells this host, and the others. */
  tellReady(): void {
    this.#onNews({ kind: "ready" });
    this.#readyTimer ??= setTimeout(() => {
      this.#readyTimer = undefined;
      this.tell({ kind: "ready" });
    }, readyMs);
  }

  /** A ticket has come back: tells this host, and the others. */
  tellReturned(): void {
    const news = { kind: "returned" } as const;
    this.#onNews(news);
    this.tell(news);
  }

  /** Webhooks are to be sent: tells this host, once for many. Other hosts see what is left over. */
  tellDeliveries(): void {
    if (this.#willTellDeliveries) return;
    this.#willTellDeliveries = true;
    setImmediate(() => {
      this.#willTellDeliveries = false;
      this.#onDeliveries();
    });
  }

  stop(): void {
    clearTimeout(this.#readyTimer);
  }
}
