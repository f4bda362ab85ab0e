import { type Config, counted } from "../config/config.ts";
import { guardSettings, isClosedWithoutToken } from "../config/guard-settings.ts";
import { urlOf } from "../config/url-of.ts";

/**
 * The one line for people: where the server is, what it is made of, and how to stop it.
 *
 * @param control where control listens; undefined where it does not
 */
export function startLine(config: Config, pid: number, control?: string): string {
  const { mode, overrides, workers, slots, executor, configFile } = config;
  const set = overrides.length === 0 ? mode : `${mode} with ${overrides.join(" ")}`;
  const layout = `${counted(workers, "worker")} x ${counted(slots, "slot")}, executor ${executor}`;
  const parts = [layout, `${jobsOf(config)}${withoutToken(config)}`];
  if (configFile !== "none") parts.push(`configured by ${configFile}`);
  if (control !== undefined) parts.push(`control at ${control}${controlWithoutToken(config)}`);
  return `manycore at ${whereOf(config)} — mode ${set}: ${parts.join("; ")} (pid ${pid}; Ctrl-C stops)`;
}

function jobsOf({ queue }: Config): string {
  if (queue.kind === "none") return "no jobs";
  return `jobs in ${queue.kind === "redis" ? queue.shown : queue.path}`;
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
  return urlOf(host, port);
}

function whereOf(config: Config): string {
  const address = addressOf(config);
  if (config.host === "0.0.0.0") return `${address} (and every other IPv4 address)`;
  return config.host === "::" ? `${address} (and every other address)` : address;
}
