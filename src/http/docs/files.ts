/** What the page of /docs loads: Swagger UI, and what fits it into this server. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AppError, propertyOf } from "../../errors.ts";

/** By name; from us or from Swagger UI. */
const files = {
  "swagger-ui.css": { type: "text/css; charset=utf-8", isOurs: false },
  "docs.css": { type: "text/css; charset=utf-8", isOurs: true },
  "operations.css": { type: "text/css; charset=utf-8", isOurs: true },
  "swagger-ui-bundle.js": { type: "text/javascript; charset=utf-8", isOurs: false },
  "init.js": { type: "text/javascript; charset=utf-8", isOurs: true },
} as const;

export type DocsFileName = keyof typeof files;

export interface DocsFile {
  /** On the disk of the server. */
  readonly path: string;
  readonly type: string;
  /** Another one for other bytes. */
  readonly version: string;
}

/** The files of this folder. */
const browserFolder = fileURLToPath(new URL("./browser", import.meta.url));

/** In the package the build has put it here. */
const packedFolder = fileURLToPath(new URL("./swagger-ui", import.meta.url));

export const docsFileNames = Object.keys(files) as DocsFileName[];

export function isDocsFile(name: string): name is DocsFileName {
  return Object.hasOwn(files, name);
}

/** Versions by path. To make them of all files takes 10 ms. */
const versions = new Map<string, { readonly modifiedMs: number; readonly version: string }>();

/** @throws AppError `not-found` where Swagger UI is not installed */
export async function findDocsFile(name: DocsFileName): Promise<DocsFile> {
  const { type, isOurs } = files[name];
  const path = join(isOurs ? browserFolder : swaggerFolder(), name);
  return { path, type, version: await versionOf(path) };
}

/** One that was saved since gets another version: whoever changes it sees it at once. */
async function versionOf(path: string): Promise<string> {
  const { mtimeMs: modifiedMs } = await stat(path);
  const known = versions.get(path);
  if (known?.modifiedMs === modifiedMs) return known.version;
  const bytes = await readFile(path);
  const version = createHash("sha256").update(bytes).digest("base64url").slice(0, 16);
  versions.set(path, { modifiedMs, version });
  return version;
}

/** From source it is a devDependency: as a dependency it would bring a script that reports installs. */
function swaggerFolder(): string {
  if (existsSync(packedFolder)) return packedFolder;
  try {
    return join(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"), "..");
  } catch (error) {
    if (propertyOf(error, "code") !== "MODULE_NOT_FOUND") throw error;
    const detail =
      "This page needs the package swagger-ui-dist, which is not installed. Run npm ci with the devDependencies, or use the npm package, which has it. GET /openapi.json has the same as JSON.";
    throw new AppError("not-found", detail);
  }
}
