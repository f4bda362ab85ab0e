import type { SeenMark, SeenRunsOf } from "../../telemetry/watch/seen.ts";
import type { AboutServer } from "../contract.ts";
import type { PrimaryCalls } from "./app.ts";
import type { Hosts } from "./hosts/hosts.ts";
import type { Watch } from "./watch/watch.ts";

export interface WatchingOptions {
  readonly primary: PrimaryCalls;
  readonly about: AboutServer;
  readonly openHosts: (about: AboutServer) => Promise<Hosts>;
}

export interface Opened {
  readonly watch: Watch;
  readonly hosts: Hosts;
}

/** What is seen of this host and of the others. It is loaded with its first use. */
export class Watching {
  readonly #options: WatchingOptions;
  #about: AboutServer;
  #opening: Promise<Opened> | undefined;
  #watch: Watch | undefined;

  constructor(options: WatchingOptions) {
    this.#options = options;
    this.#about = options.about;
  }

  get about(): AboutServer {
    return this.#about;
  }

  set about(about: AboutServer) {
    this.#about = about;
    if (this.#watch) this.#watch.about = about;
  }

  open(): Promise<Opened> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  mark(mark: SeenMark): void {
    this.#watch?.mark(mark);
  }

  runs(seen: SeenRunsOf): void {
    this.#watch?.runs(seen);
  }

  /** The other hosts see at once that this one has gone. */
  async leave(): Promise<void> {
    await (await this.#opening)?.hosts.leave();
  }

  async #open(): Promise<Opened> {
    const { primary, openHosts } = this.#options;
    const [{ Watch }, hosts] = await Promise.all([
      import("./watch/watch.ts"),
      openHosts(this.#about),
    ]);
    const onFigures: Hosts["take"] = (figures, seen) => hosts.take(figures, seen);
    this.#watch = new Watch({ primary, about: this.#about, onFigures });
    hosts.show(this.#watch);
    return { watch: this.#watch, hosts };
  }
}
