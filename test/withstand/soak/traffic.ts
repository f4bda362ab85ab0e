/** Clients of every kind. Each runs until it is told to stop, and leaves nothing open. */
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../../../bench/load/statistics/random.ts";
import { throwBytes } from "../fuzz/thrown-bytes.ts";
import { exceeds, intrudes } from "./outsiders.ts";
import { type Addresses, authorization, type Endings, get, run } from "./sent.ts";

export interface Surroundings {
  readonly url: string;
  readonly controlUrl: string;
  readonly random: Random;
  /** What a client says it is, so that it stays below its rate limit. */
  readonly addresses: Addresses;
  readonly endings: Endings;
  readonly isOver: () => boolean;
}

export type ClientOf = (surroundings: Surroundings) => Promise<void>;

/** One request after the other, over one connection. */
const keepsAlive: ClientOf = (surroundings) => asks(surroundings, true);

/** A connection for each request. */
const connectsAnew: ClientOf = (surroundings) => asks(surroundings, false);

async function asks(
  { url, addresses, endings, isOver }: Surroundings,
  keepAlive: boolean,
): Promise<void> {
  const agent = new Agent({ keepAlive, maxSockets: 1 });
  const body = JSON.stringify({ task: "double", input: { value: 1 } });
  for (let turn = 0; !isOver(); turn++) {
    const isJob = turn % 5 === 0;
    const path = isJob ? "/jobs" : ["/", run, "/livez", "/stats"][turn % 4];
    const ending = Promise.withResolvers<number | "lost">();
    const headers = { ...authorization, "X-Forwarded-For": addresses.next() };
    const asking = request(new URL(path ?? "/", url), {
      ...{ agent, headers, method: isJob ? "POST" : "GET" },
    });
    asking.on("error", () => ending.resolve("lost"));
    asking.on("response", (response) => {
      text(response).then(
        () => ending.resolve(response.statusCode ?? 0),
        () => ending.resolve("lost"),
      );
    });
    asking.end(isJob ? body : undefined);
    endings.add(keepAlive ? "keeps alive" : "connects anew", await ending.promise);
  }
  agent.destroy();
}

/** Sends a few requests at once. */
const pipelines: ClientOf = async ({ url, addresses, isOver }) => {
  while (!isOver()) {
    const sent = ["/", run, "/none"].map((path) => get(path, addresses.next())).join("");
    await throwBytes(url, { pieces: [Buffer.from(sent)], leaves: "end" });
  }
};

/** Sends a byte now and then, and leaves before it is through. */
const trickles: ClientOf = async ({ url, addresses, isOver }) => {
  const pieces = [...get(run, addresses.next())].slice(0, 20).map((byte) => Buffer.from(byte));
  while (!isOver()) {
    await throwBytes(url, { pieces, leaves: "end" });
    await pause(50);
  }
};

/** Leaves in the middle: of its request, or of the run. */
const aborts: ClientOf = async ({ url, random, addresses, isOver }) => {
  const { hostname, port } = new URL(url);
  while (!isOver()) {
    const socket = connect({ host: hostname, port: Number(port) });
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => {}).resume();
    socket.write(random() < 0.5 ? get(run, addresses.next()) : beginsJob(addresses.next()));
    await pause(20 * random());
    if (random() < 0.5) socket.destroy();
    else socket.resetAndDestroy();
    await closed;
    // So that it does not outrun a server on a busy machine.
    await (await fetch(new URL("/livez", url))).text();
  }
};

function beginsJob(address: string): string {
  const lines = ["POST /jobs HTTP/1.1", "Host: localhost", `X-Forwarded-For: ${address}`];
  const { Authorization: value } = authorization;
  return [...lines, `Authorization: ${value}`, "Content-Length: 100", "", "{"].join("\r\n");
}

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
const listens: ClientOf = async ({ url, addresses, endings, isOver }) => {
  while (!isOver()) {
    const leaving = new AbortController();
    const headers = { ...authorization, "X-Forwarded-For": addresses.next() };
    const posted = await fetch(new URL("/jobs", url), {
      ...{ method: "POST", headers: { ...headers, "Content-Type": "application/json" } },
      body: JSON.stringify({ task: "double", input: { value: 1 } }),
    }).catch(() => null);
    const job: { id?: string } = (await posted?.json().catch(() => ({}))) ?? {};
    const events = await fetch(new URL(`/jobs/${job.id}/events`, url), {
      ...{ headers, signal: leaving.signal },
    }).catch(() => null);
    endings.add("listens", events?.status ?? "lost");
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
  ...[exceeds, intrudes],
];
