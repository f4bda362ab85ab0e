/** Clients of every kind. Each runs until it is told to stop, and leaves nothing open. */
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../../../bench/load/statistics/random.ts";
import { throwBytes } from "../fuzz/thrown-bytes.ts";

export interface Surroundings {
  readonly url: string;
  readonly random: Random;
  readonly isOver: () => boolean;
}

type ClientOf = (surroundings: Surroundings) => Promise<void>;

const run = "/hash?input=a&algorithm=sha256&iterations=200";
const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

/** One request after the other, over one connection. */
const keepsAlive: ClientOf = (surroundings) => asks(surroundings, true);

/** A connection for each request. */
const connectsAnew: ClientOf = (surroundings) => asks(surroundings, false);

async function asks({ url, isOver }: Surroundings, keepAlive: boolean): Promise<void> {
  const agent = new Agent({ keepAlive, maxSockets: 1 });
  const body = JSON.stringify({ task: "double", input: { value: 1 } });
  for (let turn = 0; !isOver(); turn++) {
    const isJob = turn % 5 === 0;
    const path = isJob ? "/jobs" : ["/", run, "/livez", "/stats"][turn % 4];
    await new Promise<void>((resolve) => {
      const asking = request(new URL(path ?? "/", url), { agent, method: isJob ? "POST" : "GET" });
      asking.on("error", () => resolve());
      asking.on(
        "response",
        (response) =>
          void text(response).then(
            () => resolve(),
            () => resolve(),
          ),
      );
      asking.end(isJob ? body : undefined);
    });
  }
  agent.destroy();
}

/** Sends a few requests at once. */
const pipelines: ClientOf = async ({ url, isOver }) => {
  while (!isOver()) {
    const sent = `${get("/")}${get(run)}${get("/none")}`;
    await throwBytes(url, { pieces: [Buffer.from(sent)], leaves: "end" });
  }
};

/** Sends a byte now and then, and leaves before it is through. */
const trickles: ClientOf = async ({ url, isOver }) => {
  const pieces = [...get(run)].slice(0, 20).map((byte) => Buffer.from(byte));
  while (!isOver()) {
    await throwBytes(url, { pieces, leaves: "end" });
    await pause(50);
  }
};

/** Leaves in the middle: of its request, or of the run. */
const aborts: ClientOf = async ({ url, random, isOver }) => {
  const { hostname, port } = new URL(url);
  const post = "POST /jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{";
  while (!isOver()) {
    const socket = connect({ host: hostname, port: Number(port) });
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => {}).resume();
    socket.write(random() < 0.5 ? get(run) : post);
    await pause(20 * random());
    if (random() < 0.5) socket.destroy();
    else socket.resetAndDestroy();
    await closed;
  }
};

/** Sends what is no HTTP. */
const malforms: ClientOf = async ({ url, random, isOver }) => {
  const all = [
    "\u0016\u0003\u0001\r\n\r\n",
    "GET / HTTP/9\r\n\r\n",
    "CONNECT a:1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
  ];
  while (!isOver()) {
    const bytes = all[Math.floor(random() * all.length)] ?? "";
    await throwBytes(url, {
      pieces: [Buffer.from(bytes)],
      leaves: random() < 0.5 ? "end" : "reset",
    });
    await pause(5);
  }
};

/** Listens to the events of a job for a moment. */
const listens: ClientOf = async ({ url, isOver }) => {
  while (!isOver()) {
    const leaving = new AbortController();
    const posted = await fetch(new URL("/jobs", url), {
      method: "POST",
      body: JSON.stringify({ task: "double", input: { value: 1 } }),
    }).catch(() => null);
    const job: { id?: string } = (await posted?.json().catch(() => ({}))) ?? {};
    const events = await fetch(new URL(`/jobs/${job.id}/events`, url), {
      signal: leaving.signal,
    }).catch(() => null);
    await events?.body
      ?.getReader()
      .read()
      .catch(() => {});
    leaving.abort();
    await pause(20);
  }
};

export const clients: readonly ClientOf[] = [
  ...[keepsAlive, keepsAlive, connectsAnew, connectsAnew],
  ...[pipelines, trickles, aborts, aborts, malforms, listens],
];
