// Preloaded into every process of the server (NODE_OPTIONS=--import). On SIGUSR2 it appends what the
// process holds to a file, after a garbage collection.
import { appendFileSync } from "node:fs";
import { queryObjects } from "node:v8";
import { isMainThread } from "node:worker_threads";

const { SOAK_FILE: file } = process.env;

if (isMainThread && file !== undefined) process.on("SIGUSR2", () => report(file));

/** @param {string} path */
function report(path) {
  // It collects garbage before it counts.
  const functions = queryObjects(Function, { format: "count" });
  const { rss, heapUsed, external } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo().length;
  const held = { rss, heapUsed, external, resources, functions };
  appendFileSync(path, `${JSON.stringify({ pid: process.pid, held })}\n`);
}
