import type { Context } from "koa";
import { AppError } from "../errors.ts";
import { readJsonBody } from "./json-body.ts";

/**
 * Requires that a POST has no body, or an empty object.
 *
 * @throws AppError `invalid-input` for anything but an empty body or `{}`; those of `readJsonBody`
 */
export async function requireNoBody(ctx: Context, limitBytes: number): Promise<void> {
  const { text } = await readJsonBody(ctx, limitBytes);
  if (/^\s*(\{\s*\}\s*)?$/.test(text)) return;
  const message = "leave it out; everything that this request needs is in its address";
  const detail = `The body is not valid: ${message}.`;
  throw new AppError("invalid-input", detail, { errors: [{ path: "", message }] });
}
