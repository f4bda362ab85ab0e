import type { z } from "zod";
import { readInput } from "../../../http/json-body.ts";
import type { HttpContext } from "../../../http/services.ts";
import { checkFields } from "../../../tasks/check/check.ts";

/**
 * Reads what the operator wants, from the body or from the query.
 *
 * @param limitBytes of the body
 * @throws AppError `invalid-input` that names each field that is wrong
 */
export async function readWish<Wish>(
  ctx: HttpContext,
  schema: z.ZodType<Wish>,
  limitBytes: number,
): Promise<Wish> {
  const body = await readInput(ctx, limitBytes);
  return body === undefined
    ? checkFields("The query", schema, { ...ctx.query })
    : checkFields("The body", schema, body);
}
