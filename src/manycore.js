#!/usr/bin/env node
// The entry: plain JavaScript without static imports, so that a Node too old for the rest (which
// is TypeScript, run as it is) still gets as far as saying so in one line.
const oldest = 24;
const [major] = process.versions.node.split(".");
if (Number(major) < oldest) {
  process.stderr.write(
    `manycore needs Node ${oldest} or newer, and this is ${process.version}. Use npm start (it brings its own Node) or install a newer one.\n`,
  );
  process.exit(1);
}
const { enableCompileCache } = await import("node:module");
enableCompileCache(); // What has been compiled once is read from disk by the workers and next time.
await import("./main.ts");
