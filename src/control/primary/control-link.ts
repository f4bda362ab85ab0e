import { randomBytes } from "node:crypto";
import { extname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Worker } from "node:worker_threads";
import { bareThread } from "../../channel/bare-thread.ts";
import { Channel } from "../../channel/channel.ts";
import { followThread } from "../../channel/follow-thread.ts";
import { postEnvelope } from "../../channel/post-envelope.ts";
import { systemClock, waitAtMost } from "../../clock.ts";
import type { Config } from "../../config/config.ts";
import { type ControlAddress, loopback } from "../../config/control-address.ts";
import { urlOf } from "../../config/url-of.ts";
import type { Control, Controlled } from "../../primary/control.ts";
import { appSettings } from "../app-settings.ts";
import {
  type AboutServer,
  type ControlledSide,
  type ControlSide,
  controlledSide,
  controlSide,
} from "../contract.ts";
import type { ControlSettings } from "../thread/control-thread.ts";

/** The pause before a thread that has ended is started again. It doubles up to a minute. */
const restartMs = 1000;
const longestRestartMs = 60_000;

/** Longest time that an end waits until the other hosts can see it. */
const longestLeaveMs = 1000;

/** No two hosts of a queue have the same id. */
const hostIdBytes = 8;

/** From source, the thread strips the types of the page's modules. */
const quietStripping = "--disable-warning=ExperimentalWarning";

/**
 * The primary's handle on the thread that serves control. A thread that ends is started again, and
 * never ends the server.
 */
export class ControlLink implements Control {
  readonly url: Promise<string | undefined>;
  readonly #controlled: Controlled;
  #settings: ControlSettings;
  readonly #listening = Promise.withResolvers<string | undefined>();
  /** Where it listens, or listened last: clients know it. */
  #port: number | undefined;
  #thread!: Worker;
  #channel!: Channel<ControlledSide, ControlSide>;
  #pauseMs = restartMs;
  #isClosing = false;
  #callOffRestart = () => {};

  constructor(address: Exclude<ControlAddress, { kind: "none" }>, controlled: Controlled) {
    this.url = this.#listening.promise;
    this.#controlled = controlled;
    const at = addressOf(address, controlled.config.port);
    const { config, queue } = controlled;
    this.#settings = {
      ...at,
      queueModule: queue?.clientModule.href ?? null,
      app: appSettings(config, at.host),
      about: aboutServer(config),
      sharing: {
        id: randomBytes(hostIdBytes).toString("hex"),
        redis: config.queue.kind === "redis" ? config.queue : null,
      },
    };
    this.#start();
  }

  use(config: Config): void {
    const { host, app: before } = this.#settings;
    const app = appSettings(config, host);
    const about = { ...aboutServer(config), url: this.#settings.about.url }; // It stays where it is.
    this.#settings = { ...this.#settings, app, about };
    this.#channel.note("about", { about });
    if (!isDeepStrictEqual(app, before)) this.#channel.note("settings", { settings: app });
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#callOffRestart();
    if (this.#settings.sharing.redis) {
      const left = this.#channel.call("leave", {}).catch(() => null); // It has ended by itself.
      await waitAtMost(left, longestLeaveMs);
    }
    await this.#thread.terminate();
  }

  #start(): void {
    const file = new URL(`../thread/control-thread${extname(import.meta.url)}`, import.meta.url);
    const workerData = { ...this.#settings, port: this.#port ?? this.#settings.port };
    const options = { ...bareThread(), execArgv: [quietStripping] };
    const thread = new Worker(file, { workerData, name: "control", ...options });
    const channel = this.#openChannel(thread);
    this.#thread = thread;
    this.#channel = channel;
    const client = this.#controlled.queue?.openClient((envelope, onSent) =>
      postEnvelope(thread, envelope, onSent),
    );
    followThread(
      thread,
      (envelope) => (envelope.service === "control" ? channel : client)?.take(envelope),
      (reason) => {
        client?.close();
        this.#ended(channel, reason);
      },
    );
  }

  #openChannel(thread: Worker): Channel<ControlledSide, ControlSide> {
    const { figures, jobStats, operations, watch, log } = this.#controlled;
    const channel: Channel<ControlledSide, ControlSide> = new Channel({
      service: "control",
      mine: controlledSide,
      theirs: controlSide,
      send: (envelope) => thread.postMessage(envelope),
      calls: {
        figures,
        "job-stats": jobStats,
        follow: () => ({
          marks: watch.follow({
            mark: (mark) => channel.note("mark", { mark }),
            runs: (seen) => channel.note("runs", seen),
          }),
        }),
        reload: () => operations.reload(),
        "change-workers": ({ by }) => operations.changeWorkers(by),
        "set-log-level": ({ level }) => {
          operations.setLogLevel(level);
          return null;
        },
        "set-paused": async ({ paused, task }) => {
          await operations.setPaused(paused, task);
          return null;
        },
      },
      notes: {
        watch: ({ isOn }) => watch.watch(isOn),
        listening: ({ port }) => this.#listens(port),
        logged: ({ level, message, fields }) => log[level]({ control: true, ...fields }, message),
      },
    });
    return channel;
  }

  #listens(port: number): void {
    const { log, config } = this.#controlled;
    const { host, port: wanted } = this.#settings;
    const isFirst = this.#port === undefined && this.#pauseMs === restartMs;
    this.#port = port;
    this.#pauseMs = restartMs;
    const url = urlOf(host, port);
    const isMoved = wanted !== 0 && port !== wanted && config.control.kind === "at";
    if (isMoved && isFirst) log.warn(`Port ${wanted} on ${host} is in use: control is at ${url}`);
    else if (!isFirst) log.info(`control is at ${url}`);
    this.#listening.resolve(url);
  }

  /** By its own fault, or at the close. */
  #ended(channel: Channel<ControlledSide, ControlSide>, reason: string): void {
    channel.close(new Error(`The thread of control has ended: ${reason}`));
    this.#controlled.watch.unfollow();
    if (this.#isClosing) return;
    this.#listening.resolve(undefined);
    const inSeconds = this.#pauseMs / 1000;
    this.#controlled.log.error(
      { reason },
      `control has ended, and is started again in ${inSeconds} s (--control says where it listens)`,
    );
    this.#callOffRestart = systemClock.after(this.#pauseMs, () => this.#start());
    this.#pauseMs = Math.min(2 * this.#pauseMs, longestRestartMs);
  }
}

function aboutServer(config: Config): AboutServer {
  const { host, port, queue, maxPending, taskFiles } = config;
  return { url: urlOf(host, port), hasJobs: queue.kind !== "none", maxPending, taskFiles };
}

/** The port after the last one is any free one. */
function addressOf(
  address: Exclude<ControlAddress, { kind: "none" }>,
  serverPort: number,
): Pick<ControlSettings, "host" | "port"> {
  if (address.kind === "at") return { host: address.host, port: address.port };
  return { host: loopback, port: serverPort < 65_535 ? serverPort + 1 : 0 };
}
