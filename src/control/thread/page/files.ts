/** The files of the page, by the path under which control serves them. */
import { readdirSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const mediaTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml; charset=utf-8",
  ".ts": "text/javascript; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
};

/** What is from other packages, and the path of each file in its package. */
const vendored = {
  "vendor/uplot.js": "uplot/dist/uPlot.esm.js",
  "vendor/uplot.css": "uplot/dist/uPlot.min.css",
} as const;

export interface PageFile {
  /** On the disk of the server. */
  readonly path: string;
  readonly mediaType: string;
  /** Whether the browser gets it without its types. */
  readonly isTypeScript: boolean;
}

/**
 * Lists what there is to serve. A path of a request is looked up here, and never becomes a path of the
 * file system. From source the modules are TypeScript; in the package they are built.
 *
 * @returns the files by their names, such as `style/base.css`. `main.js` is the module that boots.
 */
export function listPageFiles(): ReadonlyMap<string, PageFile> {
  const folder = fileURLToPath(new URL("../../../page", import.meta.url));
  const files = new Map<string, PageFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !isServed(entry.name)) continue;
    const name = path.slice(folder.length + 1).replaceAll("\\", "/");
    files.set(name === "main.ts" ? "main.js" : name, describeFile(path));
  }
  for (const [name, inPackage] of Object.entries(vendored)) {
    files.set(name, describeFile(fileURLToPath(import.meta.resolve(inPackage))));
  }
  return files;
}

function isServed(name: string): boolean {
  return extname(name) in mediaTypes && !name.endsWith(".d.ts");
}

function describeFile(path: string): PageFile {
  const extension = extname(path);
  const mediaType = mediaTypes[extension] ?? "application/octet-stream";
  return { path, mediaType, isTypeScript: extension === ".ts" };
}
