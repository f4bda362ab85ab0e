import { AppError } from "../errors.ts";
import type { HttpContext } from "./services.ts";

/** An entity tag and what may stand before it (RFC 9110, sections 5.6.1 and 8.8.3). */
const nextTag = /[\t ,]*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[\t ]*(?=,|$)/gy;

/**
 * Reads the header If-Match (RFC 9110, section 13.1.1): its tags without quotes, "any" for `*`, null
 * if it was not sent. A weak tag (`W/"..."`) matches nothing, so it is left out.
 *
 * @param example an ETag as the resource has it
 * @throws AppError `malformed-request`
 */
export function readIfMatch(ctx: HttpContext, example: string): readonly string[] | "any" | null {
  const sent = ctx.headers["if-match"];
  if (sent === undefined) return null;
  if (sent.trim() === "*") return "any";
  const tags = readTags(sent);
  if (tags) return tags;
  const detail = `If-Match must be one or more ETags in their quotes, such as ${example}, or *. Without the header the change is made in any case.`;
  throw new AppError("malformed-request", detail);
}

/** @returns undefined if it is no list of tags */
function readTags(sent: string): readonly string[] | undefined {
  const tags: string[] = [];
  let end = 0;
  for (const [text, weak, tag = ""] of sent.matchAll(nextTag)) {
    end += text.length;
    if (weak === undefined) tags.push(tag);
  }
  return end > 0 && /^[\t ,]*$/.test(sent.slice(end)) ? tags : undefined;
}
