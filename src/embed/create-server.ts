/** The whole server, started by somebody else's entry. */
import type { ManycoreConfig } from "../config/file/define-config.ts";
import { taskSourceErrors } from "../config/task-sources.ts";
import { openControl, openServices } from "../open-services.ts";
import { type RunningPrimary, startPrimary } from "../primary/run-primary.ts";
import { createLog } from "../telemetry/log.ts";
import { embeddedConfig } from "./config.ts";

/** How a server ended. */
export interface ServerEnd {
  /** 0 where all went well; 1 where a worker had to be killed, or the server could not go on. */
  readonly code: number;
  /** Why it could not go on; undefined where it was closed. */
  readonly message: string | undefined;
}

interface Addresses {
  readonly url: string;
  readonly control: string | undefined;
}

/**
 * Starts a server as `manycore serve` does: this process becomes its primary, and forks the workers. It
 * handles no signals: your program does, and calls `close`. Flags and variables are not read. A process
 * can have one server at a time, and no other use of node:cluster beside it.
 *
 *     const server = await createServer({ tasks: ["./tasks.js"], mode: "threads", port: 0 });
 *     console.log(server.url);
 *     process.once("SIGTERM", () => server.close());
 *
 * @param options those of a configuration file (`defineConfig`); a path counts from the working folder
 * @returns the server, when every worker is ready
 * @throws TypeError for options that are wrong, Error if it could not start
 */
export async function createServer(options: ManycoreConfig = {}): Promise<Server> {
  const config = embeddedConfig({ ...options, control: options.control ?? "none" }, "createServer");
  const missing = taskSourceErrors(config.taskFiles);
  if (missing.length > 0) throw new TypeError(missing.join("\n"));
  const log = createLog(config);
  const up = Promise.withResolvers<Addresses>();
  const primary = startPrimary(config, {
    ...{ log, openServices: () => openServices(config, log), openControl },
    entry: new URL("../manycore.js", import.meta.url),
    print: (_line, url, control) => up.resolve({ url, control }),
  });
  const ended = primary.ended.then(({ message }) => {
    throw new Error(message ?? "The server was stopped while it started");
  });
  return new Server(await Promise.race([up.promise, ended]), primary);
}

export type { Server };

/** See `createServer`. */
class Server implements AsyncDisposable {
  /** Where clients on this machine find it. */
  readonly url: string;
  /** Where its control is; undefined where there is none (the option `control`). */
  readonly control: string | undefined;
  /** Resolves when it has ended, whoever ended it. */
  readonly ended: Promise<ServerEnd>;
  readonly #primary: RunningPrimary;

  constructor({ url, control }: Addresses, primary: RunningPrimary) {
    this.url = url;
    this.control = control;
    this.ended = primary.ended;
    this.#primary = primary;
  }

  /** Drains it: what runs and waits is finished within `drainTimeout`. A second call ends it at once. */
  close(): Promise<ServerEnd> {
    this.#primary.stop("SIGTERM");
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
