import { AppError } from "../errors.ts";
import type { HttpContext } from "./services.ts";

/** The media types that are served, by the short names that Koa has for them. */
const mediaTypes = {
  text: "text/plain",
  json: "application/json",
  bin: "application/octet-stream",
} as const;

export type Representation = keyof typeof mediaTypes;

/**
 * Which of the representations the client likes best; the first, where it says nothing.
 *
 * @throws AppError `not-acceptable` where it accepts none of them
 */
export function accepted<Name extends Representation>(
  ctx: HttpContext,
  ...names: [Name, ...Name[]]
): Name {
  ctx.set("Vary", "Accept");
  const best = ctx.accepts(...names);
  if (best !== false) return best as Name;
  const served = names.map((name) => mediaTypes[name]).join(" or ");
  throw new AppError("not-acceptable", `This is served as ${served}. Accept that, or */*.`);
}
