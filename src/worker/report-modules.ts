/** With `--watch`: tells the primary which of the user's modules this process is made of. */
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { fileVersion } from "../config/file/version.ts";
import { propertyOf } from "../errors.ts";

/** Manycore's own folder. */
const ownFolder = fileURLToPath(new URL("..", import.meta.url));

/**
 * Reports each module before it is read: a save in the meantime is noticed, and a module that is
 * broken or missing is watched, too. Those in node_modules are left out.
 */
export function reportModules(report: (path: string, version: string) => void): void {
  const told = new Set<string>();
  const tell = (url: unknown) => {
    if (typeof url !== "string" || !url.startsWith("file:") || told.has(url)) return;
    told.add(url);
    const path = fileURLToPath(url);
    if (path.startsWith(ownFolder) || /[\\/]node_modules[\\/]/.test(path)) return;
    report(path, fileVersion(path));
  };
  registerHooks({
    resolve(specifier, context, next) {
      try {
        const resolved = next(specifier, context);
        tell(resolved.url);
        return resolved;
      } catch (error) {
        tell(propertyOf(error, "url")); // Of the file that is missing.
        throw error;
      }
    },
  });
}
