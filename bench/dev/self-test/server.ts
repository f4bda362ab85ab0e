/** The self-test's server: `GET /` answers at once, `GET /slow` after 100 ms. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { followParent } from "../../load/processes/follow-parent.ts";

const slowMs = 100;

const server = createServer((request, response) => {
  const answer = () => response.end("ok\n");
  if (request.url === "/slow") setTimeout(answer, slowMs);
  else answer();
});
server.listen(0, "127.0.0.1", () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
followParent();
