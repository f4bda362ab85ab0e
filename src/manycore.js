#!/usr/bin/env node
// The entry: plain JavaScript without static imports, so that a Node too old for the rest (which
// is TypeScript, run as it is) still gets as far as saying so in one line.
const oldest = 24;
const [major] = process.versions.node.split(".");
if (Number(major) < oldest) {
  const isSource =
    import.meta.url.endsWith("/src/manycore.js") && !import.meta.url.includes("/dist/");
  const remedy = isSource
    ? "Use npm start, which brings its own, or install a newer one."
    : "Install a newer one; npm install node@26 brings one to a project.";
  process.stderr.write(
    `manycore needs Node ${oldest} or newer, and this is ${process.version}. ${remedy}\n`,
  );
  process.exit(1);
}
// Kept from here on until the server can take them: process 1 never gets a signal that it has no
// handler for, and a `docker stop` may come while the rest is still being loaded.
/** @type {NodeJS.Signals[]} */
const signals = ["SIGTERM", "SIGINT", "SIGHUP"];
/** @type {NodeJS.Signals[]} */
const came = [];
/** @param {NodeJS.Signals} signal */
const keep = (signal) => came.push(signal);
for (const signal of signals) process.on(signal, keep);
function takeSignals() {
  for (const signal of signals) process.off(signal, keep);
  return came;
}
const { enableCompileCache } = await import("node:module");
enableCompileCache(); // What has been compiled once is read from disk by the workers and next time.
const { main } = await import("./main.ts");
await main(takeSignals);
