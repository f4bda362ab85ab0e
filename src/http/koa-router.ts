import { createRequire } from "node:module";
import type KoaRouter from "@koa/router";

/** Its form for `import` imports node:http, which `node-http.ts` says why to avoid. */
export const Router = createRequire(import.meta.url)("@koa/router") as typeof KoaRouter;
