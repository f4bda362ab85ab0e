import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { TestConnection } from "../../helpers/redis-connection.ts";

/** What Redis says while it reads its data: at first, it expects that to take a minute. */
const loading = ["loading:1\r\nloading_eta_seconds:60\r\n", "loading:0\r\n"];

test("a Redis that reads its data is asked again soon, however long it expects that to take", async () => {
  const answers = [...loading];
  const server = createServer((socket) => {
    socket.on("data", (data) => {
      for (const [command] of data.toString().matchAll(/(?<=^\*\d+\r\n\$\d+\r\n)\w+/gm)) {
        const info = /^info$/i.test(command) ? (answers.shift() ?? "") : undefined;
        socket.write(info === undefined ? "+OK\r\n" : `$${info.length}\r\n${info}\r\n`);
      }
    });
    socket.on("error", () => {});
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  {
    await using opened = TestConnection.open(`redis://127.0.0.1:${port}`);
    await opened.isReady();
    expect(answers).toEqual([]);
  }
  server.close();
}, 8000);
