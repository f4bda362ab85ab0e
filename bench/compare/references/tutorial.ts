/**
 * The server of tutorials on clustering: node:cluster and node:http, with the task in the request
 * handler. It has no queue, no deadlines and no limits.
 *
 * node tutorial.ts WORKERS TASK-NAME [TASK-FILE...]
 */
import cluster from "node:cluster";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { parseQuery, readPropertyTypes, readQueryInput } from "../../../src/http/query.ts";
import { inputSchema } from "../../../src/tasks/check/check.ts";
import { loadTask, requireChecked, runToText } from "./task.ts";

const [workers = "1", name = "hash", ...files] = process.argv.slice(2);

if (cluster.isPrimary) {
  for (let worker = 0; worker < Number(workers); worker += 1) cluster.fork();
  let listening = 0;
  cluster.on("listening", (_worker, { port }) => {
    listening += 1;
    if (listening === Number(workers)) {
      process.stdout.write(`tutorial at http://127.0.0.1:${port}\n`);
    }
  });
} else {
  process.on("disconnect", () => process.exit());
  const task = await loadTask(name, files);
  const types = readPropertyTypes(inputSchema(task));
  const server = createServer(async (request, response) => {
    if (request.url === "/") {
      response.setHeader("Content-Type", "text/plain; charset=utf-8");
      response.end("hello world\n");
      return;
    }
    try {
      const [, query = ""] = (request.url ?? "").split("?");
      const input =
        request.method === "GET"
          ? readQueryInput(parseQuery(query), types)
          : JSON.parse(await text(request));
      const result = await runToText(task, requireChecked(task, input));
      const run = JSON.stringify({ worker: cluster.worker?.id });
      response.setHeader("Content-Type", "application/json");
      response.end(`{"task":"${name}","result":${result},"run":${run}}\n`);
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  });
  server.listen(0, "127.0.0.1");
}
