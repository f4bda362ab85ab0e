import { AppError } from "../errors.ts";
import type { HttpContext } from "./services.ts";

/** The media types that routes serve. */
const mediaTypes = {
  text: "text/plain",
  html: "text/html",
  json: "application/json",
  bin: "application/octet-stream",
  events: "text/event-stream",
} as const;

export type Representation = keyof typeof mediaTypes;

/**
 * Chooses the representation that the client prefers. The first one is the default.
 *
 * @throws AppError `not-acceptable` if the client accepts none of them
 */
export function chooseRepresentation<Name extends Representation>(
  ctx: HttpContext,
  ...names: [Name, ...Name[]]
): Name {
  ctx.res.setHeader("Vary", "Accept");
  if (ctx.req.headers.accept === undefined) return names[0]; // Any type is fine (RFC 9110, section 12.5.1).
  // Whole types, because Koa has no short name for some of them.
  const best = ctx.accepts(...names.map((name) => mediaTypes[name]));
  const name = names.find((each) => mediaTypes[each] === best);
  if (name) return name;
  const served = names.map((name) => mediaTypes[name]).join(" or ");
  throw new AppError("not-acceptable", `This path serves ${served}. Accept one of these, or */*.`);
}
