#!/usr/bin/env node
// The entry of every process. Plain JavaScript without static imports: a Node that is too old for
// the rest, which is TypeScript, can still run this and say so in one line.
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
// Signals are kept until the server can handle them. A `docker stop` may come while the rest is
// still loading, and process 1 gets no signal that it has no handler for.
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
// The workers, and the next start, read compiled code from disk. Threads have it from the environment
// only: without it each one would strip the types of all its files again.
const { directory } = enableCompileCache();
if (directory !== undefined) process.env["NODE_COMPILE_CACHE"] ??= directory;
const { main } = await import("./main.ts");
await main(takeSignals);
