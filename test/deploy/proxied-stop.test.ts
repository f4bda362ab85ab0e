/** A server that is stopped behind nginx or HAProxy: no request is lost, whatever its method. */
import { expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { isProxyMissing, ProxyProcess } from "../helpers/proxy-process.ts";
import { startServer, tasks } from "./held-runs.ts";
import { Reader } from "./reader.ts";

const kinds = (["nginx", "haproxy"] as const).map((kind) => ({
  kind,
  isMissing: isProxyMissing(kind),
  why: isProxyMissing(kind) ? ` (skipped: apt-get install ${kind})` : "",
}));

for (const { kind, isMissing, why } of kinds) {
  test.skipIf(isMissing)(`a stop behind ${kind} costs nothing${why}`, async () => {
    using folder = new Folder();
    folder.write({ "tasks.js": tasks });
    await using one = await startServer(folder, "none");
    await using two = await startServer(folder, "none");
    const hosts = [one, two].map(({ url }) => new URL(url).host);
    await using proxy = await ProxyProcess.start(kind, hosts);
    const post = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
    const readers = [1, 2].flatMap(() => [
      new Reader(`${proxy.url}/hash?iterations=2000`),
      new Reader(`${proxy.url}/tasks/where`, post),
    ]);
    await Promise.all(readers.map((reader) => reader.until(10)));
    one.child.kill("SIGTERM");
    expect(await one.exited).toEqual({ code: 0, signal: null });
    await Promise.all(readers.map((reader) => reader.until(reader.count + 25)));
    for (const reader of readers) expect(await reader.stop()).toEqual(new Set([200]));
  });
}
