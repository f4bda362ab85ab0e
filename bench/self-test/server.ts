/** The self-test's server: `GET /` answers at once, `GET /slow` after 100 ms. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const slowMs = 100;

const server = createServer((request, response) => {
  const answer = () => response.end("ok\n");
  if (request.url === "/slow") setTimeout(answer, slowMs);
  else answer();
});
server.listen(0, "127.0.0.1", () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
// A terminal's Ctrl-C reaches the whole group: who started it decides, and ends it by its handle.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit());
