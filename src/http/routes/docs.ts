import { readFile } from "node:fs/promises";
import type Router from "@koa/router";
import { AppError } from "../../errors.ts";
import { chooseRepresentation } from "../accept.ts";
import { type DocsFileName, docsFileNames, findDocsFile, isDocsFile } from "../docs/files.ts";
import { answerDocsPage } from "../docs/page.ts";
import { refuseQuery } from "../query.ts";
import type { HttpContext, State } from "../services.ts";

/** A path with the version of its file never has other bytes. */
const forever = "public, max-age=31536000, immutable";

/** `GET /docs`: the contract as a page, without anything from elsewhere; and what the page loads. */
export function serveDocs(router: Router<State>): void {
  router.get("/docs", async (ctx) => {
    chooseRepresentation(ctx, "html");
    refuseQuery(ctx.query);
    const paths = await listPaths();
    ctx.set("Cache-Control", "no-cache");
    answerDocsPage(ctx, (name) => paths.get(name) ?? "");
  });
  router.get("/docs/:version/:file", answerFile);
}

async function listPaths(): Promise<ReadonlyMap<DocsFileName, string>> {
  const paths = docsFileNames.map(async (name) => {
    const { version } = await findDocsFile(name);
    return [name, `/docs/${version}/${name}`] as const;
  });
  return new Map(await Promise.all(paths));
}

async function answerFile(ctx: HttpContext): Promise<void> {
  const name = ctx["params"]["file"] ?? "";
  if (!isDocsFile(name)) {
    throw new AppError(
      "not-found",
      `The page of the API has no file ${name}. GET /docs is the page.`,
    );
  }
  const { path, type, version } = await findDocsFile(name);
  // While the server is reloaded, a page of the old version may ask the new one.
  ctx.set("Cache-Control", version === ctx["params"]["version"] ? forever : "no-cache");
  ctx.set("ETag", `"${version}"`);
  ctx.set("Content-Type", type);
  ctx.status = 200; // Koa's `fresh` asks for it.
  if (ctx.fresh) ctx.status = 304;
  else ctx.body = await readFile(path);
}
