/** The typed client in a browser, as a page of the server's own site uses it. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, request as httpRequest, type Server } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { args, chromiumMissing, executablePath, whySkipped } from "../helpers/report-browser.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const client = new URL("../../src/client/", import.meta.url);
const tasks = new URL("../fixtures/tasks.ts", import.meta.url).pathname;

/** Serves the client's modules, without their types, and passes all else on to the server. */
function siteBefore(target: string): Server {
  return createServer((request, response) => {
    const module = /^\/client\/([\w-]+\.ts)$/.exec(request.url ?? "")?.[1];
    if (request.url === "/page") {
      response
        .writeHead(200, { "Content-Type": "text/html" })
        .end("<!doctype html><title>t</title>");
    } else if (module !== undefined) {
      const source = readFileSync(new URL(module, client), "utf8");
      response.writeHead(200, { "Content-Type": "text/javascript" });
      response.end(stripTypeScriptTypes(source));
    } else {
      const { method, headers, url = "" } = request;
      const options = { method, headers: { ...headers, host: new URL(target).host } };
      const passed = httpRequest(new URL(url, target), options, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      request.pipe(passed);
    }
  });
}

describe.skipIf(chromiumMissing)(`the client in chromium${whySkipped}`, () => {
  const folder = new Folder();
  let server: ServerProcess;
  let site: Server;
  let browser: Browser;
  beforeAll(async () => {
    const queue = ["--queue", `sqlite:${folder.file("jobs.db")}`];
    server = await ServerProcess.start([...queue, "--tasks", tasks, "--mode", "threads"]);
    site = siteBefore(server.url).listen(0, "127.0.0.1");
    await once(site, "listening");
    browser = await chromium.launch({ executablePath, args });
  });
  afterAll(async () => {
    await browser?.close();
    site?.close().closeAllConnections();
    await server?.[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  test("runs, submits, follows and waits; a problem is a ProblemError", async () => {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/page`);
    const seen = await page.evaluate(`(async () => {
      const { createClient, ProblemError } = await import("/client/client.ts");
      const api = createClient(location.origin);
      const run = await api.double.run({ value: 4 });
      const job = await api.double.submit({ value: 5 }, { runAt: new Date(Date.now() + 3600000) });
      const states = [];
      for await (const { job: shown } of job.events()) {
        states.push(shown.state);
        // Now that it was seen to wait, it may start.
        if (states.length === 1) await fetch("/jobs/" + job.id, {
          method: "PATCH", headers: { "Content-Type": "application/json" }, body: '{"runAt":null}',
        });
      }
      const refused = await api.double.run({ value: "x" }).catch((error) => error);
      const bytes = await api.crop.run({ data: new Blob(["abcdef"], { type: "image/png" }), query: { length: 3 } });
      return {
        run, states: [states[0], states.at(-1)], waited: await job.wait(),
        refused: refused instanceof ProblemError && refused.kind,
        bytes: new TextDecoder().decode(bytes.data),
      };
    })()`);
    expect(seen).toEqual({
      ...{ run: { value: 8 }, states: ["queued", "succeeded"], waited: { value: 10 } },
      ...{ refused: "invalid-input", bytes: "abc" },
    });
    expect(faults).toEqual([]);
  });
});
