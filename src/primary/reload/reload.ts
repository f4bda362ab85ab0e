import { relative, resolve } from "node:path";
import { systemClock } from "../../clock.ts";
import type { Config } from "../../config/config.ts";
import { findTaskSource, taskSourceErrors } from "../../config/task-sources.ts";
import { messageOf } from "../../errors.ts";
import { ConfigInTurn, type ConfigReading } from "./config-in-turn.ts";
import { WatchedFiles } from "./watched-files.ts";

/** How long the files must be left alone. One save may write several times, and to several files. */
const settlingMs = 100;

interface ReloadOptions extends ConfigReading {
  /** The configuration file's modules, as absolute paths. */
  readonly modules: readonly string[];
  /** Replaces the workers by ones with this configuration. */
  readonly roll: (config: Config) => void;
  /** Every new worker is ready: the rest of the server is to use it, too. */
  readonly use: (config: Config) => void;
  /** It cannot begin, for these reasons. */
  readonly onRefused: (reasons: readonly string[]) => void;
  /** A new worker could not boot: this one is for those that come. */
  readonly goBackTo: (config: Config) => void;
}

/** Reads the configuration again and replaces the workers: when it is told to, or after a save. */
export class Reload {
  readonly #options: ReloadOptions;
  /** With `--watch`. */
  #files: WatchedFiles | undefined;
  readonly #configs: ConfigInTurn;
  #modules: ReadonlySet<string>;
  readonly #changed = new Set<string>();
  /** Settles when the last reload has begun. */
  #begun: Promise<unknown> = Promise.resolve();
  #callOff = () => {};

  constructor(options: ReloadOptions) {
    this.#options = options;
    this.#configs = new ConfigInTurn(options);
    this.#modules = new Set(options.modules);
  }

  /** Reloads after each save of a file that the workers, or the configuration, are made of. */
  watch(): void {
    const { log } = this.#options;
    this.#files = new WatchedFiles({
      onChange: (path) => this.#note(path),
      onError: (folder, error) =>
        log.warn(`--watch does not see saves in ${folder}: ${messageOf(error)}`),
    });
    for (const path of this.#modules) this.#files.addFile(path);
    this.#watchSources(this.#options.running());
  }

  /** A worker is about to read this module. */
  addModule(path: string, version: string): void {
    this.#files?.addFile(path, version);
  }

  close(): void {
    this.#callOff();
    this.#files?.close();
  }

  /**
   * Begins a reload, after those that were asked for before.
   *
   * @param readsConfig whether the configuration is read again, too
   * @param onBegin is called just before the workers are replaced
   * @returns why it cannot begin; empty if it has begun
   */
  begin(readsConfig: boolean, onBegin = () => {}): Promise<readonly string[]> {
    const begun = this.#begun.then(() => this.#begin(readsConfig, onBegin));
    this.#begun = begun.catch(() => {});
    return begun;
  }

  /** @param isDone whether every new worker is ready. If not, one could not boot */
  rolled(isDone: boolean): void {
    const { use, goBackTo } = this.#options;
    const config = isDone ? this.#configs.proved() : this.#configs.failed();
    if (!config) return;
    if (isDone) use(config);
    else goBackTo(config);
  }

  async #begin(readsConfig: boolean, onBegin: () => void): Promise<readonly string[]> {
    const { running, roll } = this.#options;
    const { read, errors } = readsConfig ? await this.#read() : { read: undefined, errors: [] };
    const wrong = errors.length > 0 ? errors : taskSourceErrors((read ?? running()).taskFiles);
    if (wrong.length > 0) {
      this.#options.onRefused(wrong);
      return wrong;
    }
    const config = read ? this.#configs.try(read) : running();
    this.#watchSources(config);
    onBegin();
    roll(config);
    return [];
  }

  #watchSources({ taskFiles }: Config): void {
    for (const given of taskFiles) {
      const source = findTaskSource(given);
      if (source.kind === "folder") this.#files?.addFolder(resolve(given));
    }
  }

  #note(path: string): void {
    this.#changed.add(path);
    this.#callOff();
    this.#callOff = systemClock.after(settlingMs, () => void this.#reloadSaved());
  }

  async #reloadSaved(): Promise<void> {
    const { log } = this.#options;
    const paths = [...this.#changed];
    this.#changed.clear();
    log.info(`${paths.map((path) => relative("", path)).join(", ")} changed: reloading`);
    const errors = await this.begin(paths.some((path) => this.#modules.has(path)));
    for (const error of errors) log.error(`Not reloaded: ${error}`);
  }

  async #read() {
    const reading = await this.#configs.read();
    this.#modules = new Set([...this.#modules, ...reading.modules]);
    for (const path of reading.modules) this.#files?.addFile(path);
    return reading;
  }
}
