import type { Logger } from "pino";
import { type Config, type ReadConfig, withChanged } from "../../config/config.ts";
import { reloaded } from "../../config/reloaded.ts";

export interface ConfigReading {
  /** That the next workers are to have. */
  readonly running: () => Config;
  /** The first one, as it was read: its port may be 0. */
  readonly asRead: Config;
  readonly log: Logger;
  /** Reads the configuration again, and never rejects. Undefined where nobody can. */
  readonly readAgain: (() => Promise<ReadConfig>) | undefined;
}

/** What was read. Nothing uses it yet. */
interface Reading {
  /** Undefined where nobody can read, or where it is wrong. */
  readonly read: Config | undefined;
  /** Of the configuration file, as absolute paths. */
  readonly modules: readonly string[];
  readonly errors: readonly string[];
}

/** A configuration that new workers try. */
interface Tried {
  /** As it was read. */
  readonly read: Config;
  readonly next: Config;
  /** That of the workers before. */
  readonly former: Config;
}

/**
 * The configurations of a server, one after the other. One that was read again is tried first: if no
 * worker can boot with it, the one before counts again.
 */
export class ConfigInTurn {
  readonly #reading: ConfigReading;
  /** As it was read last, of those that are in use. */
  #lastRead: Config;
  #tried: Tried | undefined;

  constructor(reading: ConfigReading) {
    this.#reading = reading;
    this.#lastRead = reading.asRead;
  }

  /** Reads the configuration again. It is used from `try` on. */
  async read(): Promise<Reading> {
    const { readAgain } = this.#reading;
    if (!readAgain) return { read: undefined, modules: [], errors: [] };
    const { parsed, modules } = await readAgain();
    if (parsed.kind === "serve") return { read: parsed.config, modules, errors: [] };
    const errors = parsed.kind === "errors" ? parsed.errors : [];
    return { read: undefined, modules, errors };
  }

  /** @returns the configuration for new workers; it warns of what needs a restart */
  try(read: Config): Config {
    const { log, asRead } = this.#reading;
    const former = this.#former();
    const { config: next, kept } = reloaded(former, this.#lastRead, read, asRead);
    for (const what of kept) {
      log.warn(`${what} has changed: that needs a restart of the server`);
    }
    this.#tried = { read, next, former };
    // Their number changes when they are all new.
    return withChanged(next, { workers: former.workers });
  }

  /**
   * Every new worker is ready.
   *
   * @returns the configuration in use, if it is another one
   */
  proved(): Config | undefined {
    const tried = this.#tried;
    if (!tried) return undefined;
    this.#tried = undefined;
    this.#lastRead = tried.read;
    // What an operator has set meanwhile came later.
    const { logLevel, workers } = this.#reading.running();
    const isSet = workers !== tried.former.workers;
    return withChanged(tried.next, { logLevel, workers: isSet ? workers : tried.next.workers });
  }

  /**
   * A new worker could not boot.
   *
   * @returns the configuration from before, if that is another one
   */
  failed(): Config | undefined {
    if (!this.#tried) return undefined;
    const former = this.#former();
    this.#tried = undefined;
    return former;
  }

  /** That of the workers before a reload under way, with what an operator has set since. */
  #former(): Config {
    const running = this.#reading.running();
    if (!this.#tried) return running;
    const { former, next } = this.#tried;
    const isSet = running.logLevel !== next.logLevel;
    const logLevel = isSet ? running.logLevel : former.logLevel;
    return withChanged(former, { workers: running.workers, logLevel });
  }
}
