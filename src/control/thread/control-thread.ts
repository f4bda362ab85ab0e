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
import { urlOf } from "../../config/url-of.ts";
import { explainUnreadable, refuse } from "../../http/unreadable.ts";
import { createServer } from "../../node-http.ts";
import type { AppSettings } from "../app-settings.ts";
import { type AboutServer, controlledSide, controlSide } from "../contract.ts";
import type { HostSettings } from "./hosts/open-hosts.ts";
import { listenNear } from "./listen.ts";
import type { Programs } from "./programs/programs.ts";
import { QueueEnd } from "./queue-end.ts";
import { Watching } from "./watching.ts";

/** What the thread is started with. */
export interface ControlSettings {
  readonly host: string;
  /** Or the next free one; 0 for any. */
  readonly port: number;
  /** The module of the queue's end here; null on a server without jobs. */
  readonly queueModule: string | null;
  readonly app: AppSettings;
  readonly about: AboutServer;
  readonly sharing: HostSettings;
}

/** What goes on where a reload makes a new app. */
interface Kept {
  readonly watching: Watching;
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
  const primary: PrimaryChannel = new Channel({
    service: "control",
    mine: controlSide,
    theirs: controlledSide,
    send: (envelope) => port.postMessage(envelope),
    calls: {
      leave: async () => {
        await kept.watching.leave();
        return null;
      },
    },
    notes: {
      settings: (told) => {
        app = onFirstUse(() => loadApp(primary, told.settings, kept));
      },
      about: ({ about }) => {
        kept.watching.about = about;
      },
      mark: ({ mark }) => kept.watching.mark(mark),
      runs: (seen) => kept.watching.runs(seen),
    },
  });
  const listening = Promise.withResolvers<string>();
  const openHosts = async (about: AboutServer) => {
    const { openHosts: open } = await import("./hosts/open-hosts.ts");
    return open(settings.sharing, about, await listening.promise);
  };
  const watching = new Watching({ primary, about: settings.about, openHosts });
  const kept: Kept = { watching, programs: undefined, queue };
  let app = onFirstUse(() => loadApp(primary, settings.app, kept));
  port.on("message", (message: unknown) => {
    if (isEnvelope(message)) (message.service === "control" ? primary : queue).take(message);
  });
  const server = createControlServer((request, response) => app(request, response));
  const listensAt = await listenNear(server, settings.host, settings.port);
  listening.resolve(urlOf(settings.host, listensAt));
  primary.note("listening", { port: listensAt });
  systemClock.after(firstFiguresMs, () => void watching.open().then(({ watch }) => watch.keep()));
}

type PrimaryChannel = Channel<typeof controlSide, typeof controlledSide>;

async function loadApp(primary: PrimaryChannel, settings: AppSettings, kept: Kept) {
  const [{ createControlApp }, { Programs }] = await Promise.all([
    import("./app.ts"),
    import("./programs/programs.ts"),
  ]);
  kept.programs ??= new Programs(systemClock);
  const { programs, watching } = kept;
  const jobs = await kept.queue.open();
  const about = () => watching.about;
  return createControlApp({ primary, jobs, watching, programs, about }, settings).callback();
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
