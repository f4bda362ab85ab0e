/**
 * The server of tutorials on clustering: node:cluster and node:http, with the task in the request
 * handler. It has no queue, no deadlines and no limits.
 *
 * node tutorial.ts WORKERS TASK-NAME [TASK-FILE...]
 */
import cluster from "node:cluster";
import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { parseQuery, readPropertyTypes, readQueryInput } from "../../../src/http/query.ts";
import { isBytesInput } from "../../../src/tasks/bytes/bytes-input.ts";
import { inputSchema } from "../../../src/tasks/check/json-schema.ts";
import { unknownType } from "../../command/given-input.ts";
import { checkBytes } from "./input.ts";
import { loadTask, openTask, requireChecked, runToAnswer } from "./task.ts";

const [workers = "1", name = "hash", ...files] = process.argv.slice(2);

if (cluster.isPrimary) {
  // Else Node warns of task files whose package.json has no "type".
  cluster.setupPrimary({ execArgv: ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"] });
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
  const context = await openTask(task);
  const types = readPropertyTypes(inputSchema(task));
  const server = createServer(async (request, response) => {
    if (request.url === "/") {
      response.setHeader("Content-Type", "text/plain; charset=utf-8");
      response.end("hello world\n");
      return;
    }
    try {
      const answer = await runToAnswer(task, await readInput(request), context);
      if (typeof answer !== "string") {
        response.setHeader("Content-Type", answer.type);
        response.end(answer.data);
        return;
      }
      const run = JSON.stringify({ worker: cluster.worker?.id });
      response.setHeader("Content-Type", "application/json");
      response.end(`{"task":"${name}","result":${answer},"run":${run}}\n`);
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  });
  server.listen(0, "127.0.0.1");

  async function readInput(request: IncomingMessage): Promise<unknown> {
    const [, query = ""] = (request.url ?? "").split("?");
    const { input } = task;
    if (isBytesInput(input)) {
      const data = new Uint8Array(await buffer(request));
      const type = request.headers["content-type"] ?? unknownType;
      return checkBytes(task, input, { data, type, query });
    }
    const sent =
      request.method === "GET"
        ? readQueryInput(parseQuery(query), types)
        : (JSON.parse(String(await buffer(request))) as unknown);
    return requireChecked(task, sent);
  }
}
