import { isIPv6 } from "node:net";
import { type Config, counted } from "../config/config.ts";

/** The one line for people: where the server is, what it is made of, and how to stop it. */
export function startLine(config: Config, pid: number): string {
  const { mode, overrides, workers, slots, executor } = config;
  const set = overrides.length === 0 ? mode : `${mode} with ${overrides.join(" ")}`;
  const layout = `${counted(workers, "worker")} x ${counted(slots, "slot")}, executor ${executor}`;
  const jobs = config.queue.kind === "none" ? "no jobs" : `jobs in ${config.queue.path}`;
  return `manycore at ${whereOf(config)} — mode ${set}: ${layout}; ${jobs} (pid ${pid}; Ctrl-C stops)`;
}

/** A client cannot connect to "every address". The loopback address stands for it. */
function whereOf({ host, port }: Config): string {
  if (host === "0.0.0.0") return `${urlOf("127.0.0.1", port)} (and every other IPv4 address)`;
  if (host === "::") return `${urlOf("::1", port)} (and every other address)`;
  return urlOf(host, port);
}

function urlOf(host: string, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
