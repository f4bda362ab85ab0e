import type { Readable } from "node:stream";
import type { Clock } from "../../../../clock.ts";
import { AppError } from "../../../../errors.ts";
import type { LanesExchange } from "../exchange.ts";
import { OtherHost } from "./other-host.ts";

/** Each has a history of some MB. */
const mostWatched = 8;

/** The other hosts that somebody here watches. */
export class OtherHosts {
  readonly #exchange: LanesExchange;
  readonly #clock: Clock;
  readonly #watched = new Map<
    string,
    { readonly host: OtherHost; readonly begun: Promise<boolean> }
  >();

  constructor(exchange: LanesExchange, clock: Clock) {
    this.#exchange = exchange;
    this.#clock = clock;
  }

  /**
   * @param id of a host that is there
   * @param showsJobs whether it may see the ids of jobs
   * @returns the stream of one more watcher of that host
   * @throws AppError `overloaded` if there are too many, `server-unreachable` if it does not tell
   */
  async watch(id: string, showsJobs: boolean): Promise<Readable> {
    if (!this.#watched.has(id) && this.#watched.size >= mostWatched) throw tooMany();
    const { host, begun } = this.#watched.get(id) ?? this.#begin(id);
    if (!(await begun)) throw silent(id);
    return host.admit(showsJobs);
  }

  #begin(id: string) {
    const onEnd = () => void this.#watched.delete(id);
    const host = new OtherHost({ id, exchange: this.#exchange, clock: this.#clock, onEnd });
    const watched = { host, begun: host.begin() };
    this.#watched.set(id, watched);
    return watched;
  }
}

function tooMany(): AppError {
  const detail = `${mostWatched} other hosts are watched here already. Close their pages, or watch this one at its own control.`;
  return new AppError("overloaded", detail, { headers: { "Retry-After": "10" } });
}

function silent(id: string): AppError {
  const detail = `The host ${id} tells nothing, or Redis does not answer. GET /hosts says which hosts are known.`;
  return new AppError("server-unreachable", detail);
}
