const images = /^image\/(png|jpeg|gif|webp|avif|bmp|svg\+xml)$/;

export type OutputKind = "json" | "text" | "image" | "bytes";

/** How an output of this type is shown. HTML is text here: it is not the page's own. */
export function kindOf(type: string): OutputKind {
  const [bare = ""] = type.toLowerCase().split(";");
  const name = bare.trim();
  if (name === "application/json" || name.endsWith("+json")) return "json";
  if (images.test(name)) return "image";
  const isText =
    name.startsWith("text/") || /^application\/(xml|javascript|yaml|x-ndjson)$/.test(name);
  return isText ? "text" : "bytes";
}
