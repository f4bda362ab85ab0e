/** A manycore server that is started by an entry of your own. */
import { createServer } from "../../src/embed/embed.ts"; // in your project: from "manycore/embed"

const server = await createServer({
  tasks: new URL("../double.js", import.meta.url).pathname,
  mode: "threads",
  port: Number(process.env["PORT"] ?? 8000),
  queue: "none",
  logLevel: "warn",
});
console.log(`ready at ${server.url}`);

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => server.close());
const { code } = await server.ended;
console.log("closed");
process.exit(code);
