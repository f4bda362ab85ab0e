import { execFile } from "node:child_process";
import type { Logger } from "pino";
import { messageOf } from "../../errors.ts";

/** The program waits up to 5 s until systemd has read its message. */
const longestCallMs = 10_000;

/**
 * Sends notifications to systemd by its program `systemd-notify`, in the order in which they are given:
 * Node has no datagram sockets of the Unix kind.
 */
export class Notifier {
  readonly #socket: string;
  readonly #log: Logger;
  /** Settles when the last one has been sent, or could not be. */
  #sent: Promise<void> = Promise.resolve();
  #waiting = 0;
  #failed = false;

  constructor(socket: string, log: Logger) {
    this.#socket = socket;
    this.#log = log;
  }

  /** Whether an earlier notification has not been sent yet. */
  get isBusy(): boolean {
    return this.#waiting > 0;
  }

  /**
   * Sends one notification, after those that were given before.
   *
   * @param variables such as `READY=1`, without line feeds: see sd_notify(3)
   */
  send(variables: readonly string[]): void {
    this.#waiting += 1;
    this.#sent = this.#sent.then(async () => {
      const error = await callSystemdNotify(this.#socket, variables);
      this.#waiting -= 1;
      if (error && !this.#failed) this.#log.warn(failure(variables, error));
      this.#failed = error !== null;
    });
  }
}

function callSystemdNotify(socket: string, variables: readonly string[]): Promise<Error | null> {
  const env = { PATH: process.env["PATH"], NOTIFY_SOCKET: socket };
  const options = { env, timeout: longestCallMs, killSignal: "SIGKILL" } as const;
  const { promise, resolve } = Promise.withResolvers<Error | null>();
  execFile("systemd-notify", [...variables], options, (error) => resolve(error));
  return promise;
}

function failure([first]: readonly string[], error: Error): string {
  const why =
    "code" in error && error.code === "ENOENT" ? "there is no systemd-notify" : messageOf(error);
  return `systemd was not told ${first}: ${why}. It may end the server. Use Type=exec and no WatchdogSec= where it cannot be told`;
}
