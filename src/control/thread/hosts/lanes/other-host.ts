import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import { type Clock, waitAtMost } from "../../../../clock.ts";
import type { SeenItem, SeenStart } from "../../../../telemetry/watch/seen.ts";
import { Audience } from "../../watch/audience.ts";
import type { LanesExchange } from "../exchange.ts";
import { readLanes, type ToldLanes } from "./told-lanes.ts";

/** Interest that is not renewed ends after 5 s. */
const renewMs = 1000;

/** A host tells its figures each second. Silent for so long, it is gone. */
const longestSilenceMs = 4000;

export interface OtherHostOptions {
  readonly id: string;
  readonly exchange: LanesExchange;
  readonly clock: Clock;
  /** Nobody watches it any more, or it is gone. */
  readonly onEnd: () => void;
}

/** Another host, while somebody here watches it: what it tells of itself goes to those who watch. */
export class OtherHost {
  readonly #options: OtherHostOptions;
  readonly #audience: Audience;
  readonly #wish = randomBytes(8).toString("hex");
  readonly #begun = Promise.withResolvers<true>();
  #server: SeenStart["server"] | undefined;
  #unfollow: Promise<() => void> | undefined;
  #hasEnded = false;
  #callOff = () => {};
  #heardMs: number;
  /** Its clock minus the steady one here. */
  #ahead = 0;

  constructor(options: OtherHostOptions) {
    const { clock } = options;
    this.#options = options;
    this.#heardMs = clock.now();
    this.#audience = new Audience({
      ...{ clock, leaveMs: 0, now: () => Math.round(clock.now() + this.#ahead) },
      describe: () => this.#describe(),
      onSome: () => {},
      onNone: () => this.#end(),
    });
  }

  /** Begins. @returns whether it has told of itself in time */
  async begin(): Promise<boolean> {
    const hasBegun = await waitAtMost(this.#follow(), longestSilenceMs).catch(() => undefined);
    if (!hasBegun) this.#end();
    return hasBegun === true;
  }

  admit(showsJobs: boolean): Readable {
    return this.#audience.admit(showsJobs);
  }

  async #follow(): Promise<true> {
    const { exchange, id } = this.#options;
    this.#unfollow = exchange.follow(id, (text) => this.#take(text));
    await this.#unfollow;
    // Only now: what it tells first must not be lost.
    await exchange.want(id, this.#wish);
    if (!this.#hasEnded) this.#renewSoon();
    return this.#begun.promise;
  }

  /** It has ended, or is not heard. */
  #lose(): void {
    this.#audience.end();
    this.#end();
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#callOff();
    this.#unfollow?.then((unfollow) => unfollow()).catch(() => {}); // It was never followed.
    this.#options.onEnd();
  }

  #renewSoon(): void {
    const { clock, exchange, id } = this.#options;
    const leftMs = () => this.#heardMs + longestSilenceMs - clock.now();
    this.#callOff = clock.after(Math.min(renewMs, leftMs()), () => {
      if (leftMs() <= 0) {
        this.#lose();
        return;
      }
      exchange.keepWanting(id, this.#wish).catch(() => {}); // Its silence tells.
      this.#renewSoon();
    });
  }

  #take(text: string): void {
    const told = readLanes(text);
    if (!told || this.#hasEnded) return;
    this.#heardMs = this.#options.clock.now();
    this.#ahead = told.at - this.#heardMs;
    if (told.server !== null) this.#start(told);
    else if (this.#server) this.#tell(told);
  }

  /** What it tells to somebody else who has come is known here. */
  #start({ server, items, at }: ToldLanes): void {
    if (this.#server || !server) return;
    this.#server = server;
    for (const { event, data } of items)
      this.#audience.keep(event, "at" in data ? data.at : at, data);
    this.#begun.resolve(true);
  }

  #tell({ items, at, missed }: ToldLanes): void {
    if (missed > 0) this.#audience.miss(missed);
    for (const item of items) this.#tellItem(item, at);
  }

  #tellItem({ event, data }: SeenItem, at: number): void {
    if (event === "runs") this.#audience.runs(at, data);
    else if (event === "mark") this.#audience.mark(data);
    else this.#audience.tell(event, data.at, data);
  }

  #describe(): SeenStart["server"] {
    if (!this.#server) throw new Error("Nobody watches a host before it has told of itself");
    return this.#server;
  }
}
