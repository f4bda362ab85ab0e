import { z } from "zod";
import { maxListLimit } from "../jobs/limits.ts";
import type { HttpContext } from "./services.ts";

const limits = `must be a whole number from 1 to ${maxListLimit}`;

/** How many items of a list a client wants, as a query parameter. */
export const limitField = z
  .string({ error: limits })
  .regex(/^\d{1,4}$/, limits)
  .transform(Number)
  .refine((limit) => limit >= 1 && limit <= maxListLimit, { error: limits })
  .optional();

/** The path of the page after this one, with the same filters. */
export function linkNextPage(ctx: HttpContext, cursor: string): string {
  const query = new URLSearchParams(ctx.querystring);
  query.set("cursor", cursor);
  return `${ctx.path}?${query}`;
}
