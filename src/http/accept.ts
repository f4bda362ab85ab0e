import { AppError } from "../errors.ts";
import type { HttpContext } from "./services.ts";

/** The media types that are served. */
const mediaTypes = {
  text: "text/plain",
  html: "text/html",
  json: "application/json",
  bin: "application/octet-stream",
  events: "text/event-stream",
} as const;

export type Representation = keyof typeof mediaTypes;

/**
 * Which of the representations the client likes best; the first, where it says nothing.
 *
 * @throws AppError `not-acceptable` where it accepts none of them
 */
export function chooseRepresentation<Name extends Representation>(
  ctx: HttpContext,
  ...names: [Name, ...Name[]]
): Name {
  ctx.res.setHeader("Vary", "Accept");
  if (ctx.req.headers.accept === undefined) return names[0]; // Any will do (RFC 9110, section 12.5.1).
  // By the whole type: Koa has no short name for some of them.
  const best = ctx.accepts(...names.map((name) => mediaTypes[name]));
  const name = names.find((each) => mediaTypes[each] === best);
  if (name) return name;
  const served = names.map((name) => mediaTypes[name]).join(" or ");
  throw new AppError("not-acceptable", `This is served as ${served}. Accept that, or */*.`);
}
