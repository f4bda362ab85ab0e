import type { HttpContext } from "./services.ts";

/** Answers with a value as JSON. */
export function answerJson(ctx: HttpContext, value: unknown): void {
  answerJsonText(ctx, JSON.stringify(value));
}

/** Answers with JSON text. A line feed follows it, so that a terminal's prompt starts a new line. */
export function answerJsonText(ctx: HttpContext, text: string): void {
  ctx.set("Content-Type", "application/json");
  ctx.body = `${text}\n`;
}
