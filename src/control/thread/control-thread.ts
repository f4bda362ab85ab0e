/**
 * The thread of the primary that serves control. It has an event loop of its own, on which nothing
 * computes: it answers in milliseconds while every core is busy.
 */
import type { RequestListener, Server } from "node:http";
import type { Socket } from "node:net";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { Channel } from "../../channel/channel.ts";
import { isEnvelope } from "../../channel/envelope.ts";
import { systemClock } from "../../clock.ts";
import { explainUnreadable, refuse } from "../../http/unreadable.ts";
import { createServer } from "../../node-http.ts";
import type { AppSettings } from "../app-settings.ts";
import { type AboutServer, controlledSide, controlSide } from "../contract.ts";
import { listenNear } from "./listen.ts";
import type { Programs } from "./programs/programs.ts";
import { QueueEnd } from "./queue-end.ts";
import type { Watch } from "./watch/watch.ts";

/** What the thread is started with. */
export interface ControlSettings {
  readonly host: string;
  /** Or the next free one; 0 for any. */
  readonly port: number;
  /** The module of the queue's end here; null on a server without jobs. */
  readonly queueModule: string | null;
  readonly app: AppSettings;
  readonly about: AboutServer;
}

/** What goes on where a reload makes a new app. */
interface Kept {
  about: AboutServer;
  watch: Watch | undefined;
  programs: Programs | undefined;
  readonly queue: QueueEnd;
}

/** Operators and scrapers are few. */
const mostConnections = 256;

/** For the header of a request, and for all of it. The answer to a reload may take long. */
const timeouts = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 };

/** The boot of a server needs its cores. Figures that a page may want are kept a little later. */
const firstFiguresMs = 3000;

if (parentPort) await serve(parentPort, workerData as ControlSettings);

async function serve(port: MessagePort, settings: ControlSettings): Promise<void> {
  const queue = new QueueEnd(settings.queueModule, port);
  const primary = new Channel({
    service: "control",
    mine: controlSide,
    theirs: controlledSide,
    send: (envelope) => port.postMessage(envelope),
    calls: {},
    notes: {
      settings: (told) => {
        app = onFirstUse(() => loadApp(primary, told.settings, kept));
      },
      about: ({ about }) => {
        kept.about = about;
        if (kept.watch) kept.watch.about = about;
      },
      mark: ({ mark }) => kept.watch?.mark(mark),
      runs: (seen) => kept.watch?.runs(seen),
    },
  });
  const kept: Kept = { about: settings.about, watch: undefined, programs: undefined, queue };
  let app = onFirstUse(() => loadApp(primary, settings.app, kept));
  port.on("message", (message: unknown) => {
    if (isEnvelope(message)) (message.service === "control" ? primary : queue).take(message);
  });
  const server = createControlServer((request, response) => app(request, response));
  primary.note("listening", { port: await listenNear(server, settings.host, settings.port) });
  systemClock.after(firstFiguresMs, () => void loadWatch(primary, kept).then((it) => it.keep()));
}

type PrimaryChannel = Channel<typeof controlSide, typeof controlledSide>;

async function loadWatch(primary: PrimaryChannel, kept: Kept): Promise<Watch> {
  const { Watch } = await import("./watch/watch.ts");
  kept.watch ??= new Watch({ primary, about: kept.about });
  return kept.watch;
}

async function loadApp(primary: PrimaryChannel, settings: AppSettings, kept: Kept) {
  const [{ createControlApp }, { Programs }] = await Promise.all([
    import("./app.ts"),
    import("./programs/programs.ts"),
  ]);
  kept.programs ??= new Programs(systemClock);
  const { programs } = kept;
  const watch = async (showsJobs: boolean) => (await loadWatch(primary, kept)).watch(showsJobs);
  const jobs = await kept.queue.open();
  const parts = { primary, jobs, watch, programs, about: () => kept.about };
  return createControlApp(parts, settings).callback();
}

/** The boot of a server needs its cores: what answers requests is loaded with the first one. */
function onFirstUse(load: () => Promise<RequestListener>): RequestListener {
  let loaded: Promise<RequestListener> | undefined;
  return async (request, response) => {
    loaded ??= load();
    (await loaded)(request, response);
  };
}

function createControlServer(answer: RequestListener): Server {
  const server = createServer({ ...timeouts, requireHostHeader: false }, answer);
  Object.assign(server, { maxConnections: mostConnections });
  server.on("clientError", (error, socket) => {
    if (socket.writable) refuse(socket as Socket, explainUnreadable(error));
    else socket.destroy();
  });
  return server;
}
