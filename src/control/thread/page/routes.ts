import type Router from "@koa/router";
import { AppError } from "../../../errors.ts";
import { pageHeaders } from "../../../http/guard/page-headers.ts";
import type { HttpContext, State } from "../../../http/services.ts";
import { listPageFiles, type PageFile } from "./files.ts";
import { PageLoader } from "./load.ts";

/** It loads and runs nothing but files of this server. Results of runs may be images that it makes. */
const setHeaders = pageHeaders({
  ...{ styles: ["self"], scripts: ["self"], connects: true },
  images: ["'self'", "data:", "blob:"],
});

/** The page, in a browser that shows what this server does. */
export interface ServedPage {
  /** Answers with the page itself. */
  readonly answer: (ctx: HttpContext) => Promise<void>;
}

/** `GET /page/...`: what the page loads. */
export function servePage(router: Router<State>): ServedPage {
  const files = listPageFiles();
  const loader = new PageLoader();

  async function answerFile(ctx: HttpContext, name: string): Promise<void> {
    const file = files.get(name);
    if (!file) throw new AppError("not-found", `The page has no file ${name}. GET / is the page.`);
    await answerLoaded(ctx, file, loader);
  }

  router.get("/page/*path", (ctx) => answerFile(ctx, ctx.params["path"] ?? ""));
  return {
    answer: async (ctx) => {
      setHeaders(ctx);
      await answerFile(ctx, "index.html");
    },
  };
}

/** A browser asks each time whether there is a new one: the server may be of another version now. */
async function answerLoaded(ctx: HttpContext, file: PageFile, loader: PageLoader): Promise<void> {
  const { text, etag } = await loader.load(file);
  ctx.set("Cache-Control", "no-cache");
  ctx.set("Content-Type", file.mediaType);
  ctx.set("ETag", etag);
  ctx.status = 200;
  if (ctx.fresh) ctx.status = 304;
  else ctx.body = text;
}
