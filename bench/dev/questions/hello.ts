/**
 * The least that Node's own `http` can do to answer the same bytes as `GET /`. It shows what the
 * server's middleware and routing cost.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const server = createServer((_request, response) => {
  response.setHeader("X-Request-Id", "0123456789-abc");
  response.setHeader("Vary", "Accept");
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.setHeader("Content-Length", 12);
  response.end("hello world\n");
});

server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`node:http at http://127.0.0.1:${port}\n`);
});
