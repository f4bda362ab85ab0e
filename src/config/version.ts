import { createRequire } from "node:module";

/** The version of the package. */
export function packageVersion(): string {
  // By the package's own name: the built file lies one folder deeper than the source.
  const manifest = createRequire(import.meta.url)("manycore/package.json") as { version: string };
  return manifest.version;
}
