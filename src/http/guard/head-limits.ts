import { explainLargeHeader, explainLongUrl } from "../unreadable.ts";
import type { RequestCheck } from "./request-check.ts";

/** Browsers and proxies send some 40. Node reads 2,000 and leaves the rest out without a word. */
const mostFields = 100;

/**
 * Refuses a header that Node has read, and that is still too much.
 *
 * @param limitBytes `--header-limit`; the URL may take half of it
 * @throws AppError `uri-too-long`, `header-too-large`
 */
export function createHeadCheck(limitBytes: number): RequestCheck {
  const mostUrlBytes = limitBytes / 2;
  return ({ url = "", rawHeaders }) => {
    if (url.length > mostUrlBytes) throw explainLongUrl(); // A character of it is a byte.
    if (rawHeaders.length <= 2 * mostFields) return;
    throw explainLargeHeader(`The header has more than ${mostFields} fields.`);
  };
}
