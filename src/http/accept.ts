import { AppError } from "../errors.ts";
import { bareType } from "../tasks/bytes/media-type.ts";
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
  const name = findRepresentation(ctx, ...names);
  if (name) return name;
  throw explainNotAcceptable(names.map((name) => mediaTypes[name]));
}

/** The same; undefined if the client accepts none of them. */
export function findRepresentation<Name extends Representation>(
  ctx: HttpContext,
  ...names: [Name, ...Name[]]
): Name | undefined {
  varyByAccept(ctx);
  if (ctx.req.headers.accept === undefined) return names[0]; // Any type is fine (RFC 9110, section 12.5.1).
  // Whole types, because Koa has no short name for some of them.
  const best = ctx.accepts(...names.map((name) => mediaTypes[name]));
  return names.find((each) => mediaTypes[each] === best);
}

/**
 * Whether the client gets bytes of this type as they are. One that accepts only JSON gets JSON, with
 * the bytes in base64. One that accepts any bytes gets them, whatever their type is.
 *
 * @throws AppError `not-acceptable`
 */
export function choosesBare(ctx: HttpContext, type: string): boolean {
  varyByAccept(ctx);
  const bare = bareType(type);
  if (ctx.req.headers.accept === undefined || ctx.accepts(bare)) return true;
  if (ctx.accepts(mediaTypes.json)) return false;
  if (ctx.accepts(mediaTypes.bin)) return true;
  throw explainNotAcceptable([bare, mediaTypes.json]);
}

export function explainNotAcceptable(types: readonly string[]): AppError {
  const detail = `This path serves ${types.join(" or ")}. Accept one of these, or */*.`;
  return new AppError("not-acceptable", detail);
}

/** Beside what it varies by already. Koa's own way reads the header each time. */
function varyByAccept(ctx: HttpContext): void {
  if (ctx.res.hasHeader("Vary")) ctx.vary("Accept");
  else ctx.res.setHeader("Vary", "Accept");
}
