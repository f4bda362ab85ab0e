import { pino } from "pino";
import { expect, test } from "vitest";
import { logRequests } from "../../src/telemetry/access-log.ts";
import { type RequestEnded, Telemetry } from "../../src/telemetry/events.ts";

const plain: RequestEnded = {
  ...{ requestId: "a-1", method: "GET", path: "/jobs/7", route: "/jobs/:id" },
  ...{ status: 200, bytes: 12, durationMs: 1.5 },
  ...{ clientAddress: "192.0.2.1", userAgent: "curl/8" },
};

function linesOf(request: RequestEnded, which?: "errors" | "all"): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const telemetry = new Telemetry();
  const write = (line: string) => void lines.push(JSON.parse(line));
  logRequests(telemetry, pino({ base: {}, timestamp: false }, { write }), which);
  telemetry.emit("request.ended", request);
  return lines;
}

test("a request is a line, with the names of OpenTelemetry", () => {
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  const trace = { traceId, spanId: "00f067aa0ba902b7" };
  expect(linesOf({ ...plain, trace })).toEqual([
    {
      level: 30,
      requestId: "a-1",
      "http.request.method": "GET",
      "url.path": "/jobs/7",
      "http.route": "/jobs/:id",
      "http.response.status_code": 200,
      "http.response.body.size": 12,
      "http.server.request.duration": 0.0015,
      "client.address": "192.0.2.1",
      "user_agent.original": "curl/8",
      trace_id: traceId,
      span_id: "00f067aa0ba902b7",
      msg: "request",
    },
  ]);
});

test("a path that fills a header is cut", () => {
  const [line] = linesOf({ ...plain, path: `/${"a".repeat(15_000)}`, userAgent: "b".repeat(9000) });
  expect(JSON.stringify(line).length).toBeLessThan(1600);
});

test.each([
  ["all", 200, 1],
  ["errors", 200, 0],
  ["errors", 399, 0],
  ["errors", 400, 1],
  ["errors", 503, 1],
  ["errors", null, 1],
] as const)("of %s with status %s there are %s lines", (which, status, count) => {
  expect(linesOf({ ...plain, status }, which)).toHaveLength(count);
});

test("a client that left in the middle of its answer is an error", () => {
  expect(linesOf({ ...plain, clientGone: true }, "errors")).toMatchObject([{ clientGone: true }]);
});
