import helmet from "helmet";
import type { Context } from "koa";

export interface PageSources {
  /** Hashes of the styles in the page, such as `sha256-…`; `self` for those that this server serves. */
  readonly styles: readonly string[];
  /** The same for its scripts. */
  readonly scripts?: readonly string[];
  /** Where its images are from, as in the header. */
  readonly images?: readonly string[];
  /** Whether it may ask this server for more. */
  readonly connects?: boolean;
}

/**
 * The headers of a page of the server: it loads and runs nothing but what is named here, and no other
 * page can frame it or reach into it.
 *
 * @returns a function that sets them on an answer
 */
export function pageHeaders(sources: PageSources): (ctx: Context) => void {
  const { styles, scripts = [], images = [], connects = false } = sources;
  const quoted = (hashes: readonly string[]) => hashes.map((hash) => `'${hash}'`);
  const set = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'none'"],
        "style-src": quoted(styles),
        ...(scripts.length > 0 && { "script-src": quoted(scripts) }),
        ...(images.length > 0 && { "img-src": [...images] }),
        ...(connects && { "connect-src": ["'self'"] }),
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
      },
    },
    xFrameOptions: { action: "deny" },
    // Whether a name has TLS is known to whoever gives it one: a proxy in front.
    strictTransportSecurity: false,
  });
  return (ctx) => set(ctx.req, ctx.res, rethrow);
}

function rethrow(error?: unknown): void {
  if (error) throw error;
}
