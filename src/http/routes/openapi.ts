import { hash } from "node:crypto";
import type Router from "@koa/router";
import { packageVersion } from "../../config/config.ts";
import { chooseRepresentation } from "../accept.ts";
import { answerJsonText } from "../json.ts";
import type { Services, State } from "../services.ts";

interface WrittenDocument {
  readonly text: string;
  readonly etag: string;
}

/**
 * `GET /openapi.json`: the contract, made when somebody asks for it first. It stays the same as long
 * as the worker lives: a reload brings a new worker.
 */
export function serveOpenapi(router: Router<State>, services: Services): void {
  let written: Promise<WrittenDocument> | undefined;

  router.get("/openapi.json", async (ctx) => {
    chooseRepresentation(ctx, "json");
    written ??= write(services);
    const { text, etag } = await written;
    ctx.set("ETag", etag);
    ctx.set("Cache-Control", "no-cache");
    ctx.status = 200; // Koa's `fresh` asks for it.
    if (ctx.fresh) ctx.status = 304;
    else answerJsonText(ctx, text);
  });
}

/** Loads what it takes only now: every worker would start later by that time. */
async function write(services: Services): Promise<WrittenDocument> {
  const { writeDocument } = await import("../openapi/document.ts");
  const text = writeDocument(services, packageVersion());
  return { text, etag: `"${hash("sha256", text, "base64url").slice(0, 22)}"` };
}
