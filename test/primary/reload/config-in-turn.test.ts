import { pino } from "pino";
import { expect, test } from "vitest";
import { type Config, parseConfig, withChanged } from "../../../src/config/config.ts";
import { ConfigInTurn } from "../../../src/primary/reload/config-in-turn.ts";

function configOf(...argv: readonly string[]): Config {
  const parsed = parseConfig(["--workers", "2", ...argv], {}, 4);
  if (parsed.kind !== "serve") throw new Error(JSON.stringify(parsed));
  return parsed.config;
}

/** A server whose new workers get the configuration that is tried. */
function serving() {
  const asRead = configOf();
  const server = { running: asRead };
  const log = pino({ level: "silent" });
  const running = () => server.running;
  const configs = new ConfigInTurn({ running, asRead, log, readAgain: undefined });
  const attempt = (...flags: readonly string[]) => {
    server.running = configs.try(configOf(...flags));
  };
  return { server, configs, attempt };
}

const next = ["--workers", "4", "--log-level", "warn", "--body-limit", "2kb"];

test("the number of workers changes when all of them are new", () => {
  const { server, configs, attempt } = serving();
  attempt(...next);
  expect(server.running).toMatchObject({ workers: 2, logLevel: "warn", bodyLimitBytes: 2048 });
  expect(configs.proved()).toMatchObject({ workers: 4, logLevel: "warn" });
  expect(configs.proved()).toBeUndefined(); // Of a reload that read nothing.
});

test("after one with which no worker boots the one before counts, and it is tried again", () => {
  const { server, configs, attempt } = serving();
  const before = server.running;
  attempt(...next);
  server.running = configs.failed() ?? server.running;
  expect(server.running).toEqual(before);
  attempt(...next);
  expect(configs.proved()).toMatchObject({ workers: 4, bodyLimitBytes: 2048 });
});

test("one that comes during another one is compared with the one that is in use", () => {
  const { server, configs, attempt } = serving();
  const before = server.running;
  attempt(...next);
  attempt();
  expect(configs.proved()).toEqual(before);
  expect(server.running.bodyLimitBytes).toBe(before.bodyLimitBytes);
});

test("what an operator sets during a reload stays, however it ends", () => {
  for (const isDone of [true, false]) {
    const { server, configs, attempt } = serving();
    attempt(...next);
    server.running = withChanged(server.running, { workers: 3, logLevel: "debug" });
    const after = isDone ? configs.proved() : configs.failed();
    expect(after).toMatchObject({ workers: 3, logLevel: "debug" });
  }
});
