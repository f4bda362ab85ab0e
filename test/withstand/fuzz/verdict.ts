import { expect } from "vitest";
import type { ServerProcess } from "../../helpers/server-process.ts";
import type { Answered } from "./asked.ts";

/** Statuses that say whose fault it was. 500 and its like say that it was ours. */
const expected = new Set([
  ...[200, 201, 202, 204, 207, 303, 304],
  ...[400, 401, 403, 404, 405, 406, 408, 409, 410, 412, 413, 414, 415, 417, 422, 428, 429, 431],
  ...[501, 503],
]);

export const isExpected = (status: number) => expected.has(status);

/** An answer is a result, or a problem that says what to do; it never shows a stack. */
export function judgeAnswer({ status, headers, body }: Answered, asked: string): void {
  expect(expected, asked).toContain(status);
  expect(body, asked).not.toMatch(/\n {4}at |node:internal|\/src\//);
  expect(headers, asked).not.toHaveProperty("x-injected");
  if (status < 400 || body === "") return;
  expect(headers["content-type"], asked).toBe("application/problem+json");
  const problem = JSON.parse(body) as { status: number; detail: string };
  expect(problem, asked).toMatchObject({ status, detail: expect.stringMatching(/.{10}/) });
}

/** Lines of the log that nobody has to answer for. */
function isHarmless({ level, msg, job }: Record<string, unknown>): boolean {
  const text = String(msg);
  if (level === "info" || level === "debug") return true;
  // An attempt of a job that may take 1 ms fails, as it should; so does one that is asked to.
  if (job !== undefined) return level === "warn" || text.endsWith(": out of steps");
  return /^Your own tasks compute on the event loops|^jobs of .* are paused/.test(text);
}

/** The server is as it was: the same processes, nothing in its log, and it answers. */
export async function judgeServer(server: ServerProcess, pids: readonly number[]): Promise<void> {
  expect(await server.get("/livez")).toMatchObject({ status: "alive" });
  expect(await server.get("/readyz")).toMatchObject({ status: "ready" });
  expect(await server.workers()).toEqual(pids);
  expect(server.log.filter((line) => !isHarmless(line))).toEqual([]);
  expect(server.stderr).not.toMatch(/Warning|unhandled|uncaught/i);
}
