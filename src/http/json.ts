import type { HttpContext } from "./services.ts";

/** Answers with a value as JSON, and a line feed: whoever reads it in a terminal has a prompt after it. */
export function answerJson(ctx: HttpContext, value: unknown): void {
  ctx.set("Content-Type", "application/json");
  ctx.body = `${JSON.stringify(value)}\n`;
}
