import { isIPv6 } from "node:net";
import { type Config, counted } from "../config/config.ts";
import { guardSettings, isClosedWithoutToken } from "../config/guard-settings.ts";

/**
 * The one line for people: where the server is, what it is made of, and how to stop it.
 *
 * @param control where control listens; undefined where it does not
 */
export function startLine(config: Config, pid: number, control?: string): string {
  const { mode, overrides, workers, slots, executor, configFile } = config;
  const set = overrides.length === 0 ? mode : `${mode} with ${overrides.join(" ")}`;
  const layout = `${counted(workers, "worker")} x ${counted(slots, "slot")}, executor ${executor}`;
  const jobs = config.queue.kind === "none" ? "no jobs" : `jobs in ${config.queue.path}`;
  const parts = [layout, `${jobs}${withoutToken(config)}`];
  if (configFile !== "none") parts.push(`configured by ${configFile}`);
  if (control !== undefined) parts.push(`control at ${control}${controlWithoutToken(config)}`);
  return `manycore at ${whereOf(config)} — mode ${set}: ${parts.join("; ")} (pid ${pid}; Ctrl-C stops)`;
}

/** What is off because others reach the server, and no token tells who is its operator. */
function withoutToken(config: Config): string {
  if (config.queue.kind === "none" || !isClosedWithoutToken(guardSettings(config))) return "";
  return ", not listed or changed without a --token";
}

function controlWithoutToken(config: Config): string {
  if (config.control.kind !== "at") return "";
  const { host } = config.control;
  return isClosedWithoutToken({ ...guardSettings(config), host })
    ? ", read only without a --token"
    : "";
}

/** Where a client on this machine finds the server. */
export function addressOf({ host, port }: Config): string {
  if (host === "0.0.0.0") return urlOf("127.0.0.1", port);
  return host === "::" ? urlOf("::1", port) : urlOf(host, port);
}

/** A client cannot connect to "every address". The loopback address stands for it. */
function whereOf(config: Config): string {
  const address = addressOf(config);
  if (config.host === "0.0.0.0") return `${address} (and every other IPv4 address)`;
  return config.host === "::" ? `${address} (and every other address)` : address;
}

function urlOf(host: string, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
