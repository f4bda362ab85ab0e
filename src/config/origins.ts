import type { Kind, Parsed } from "./kind.ts";

/** The origins of the sites whose pages may use the server; `*` for every one. */
export const pageOrigins: Kind<readonly string[]> = {
  allowed:
    "none, * (the pages of every site), or a list of origins such as https://app.example.com, separated by commas",
  placeholder: "ORIGINS",
  examples: ["none", "*", "https://app.example.com,http://localhost:3000"],
  parse(given) {
    if (given === "none") return { ok: true, value: [] };
    const origins: string[] = [];
    for (const entry of given.split(",")) {
      const parsed = parseOrigin(entry.trim());
      if (!parsed.ok) return parsed;
      origins.push(parsed.value);
    }
    return { ok: true, value: origins };
  },
};

function parseOrigin(entry: string): Parsed<string> {
  if (entry === "*") return { ok: true, value: entry };
  const url = URL.parse(entry);
  if (!url || !/^https?:$/.test(url.protocol) || entry.includes("*")) return { ok: false };
  const isOrigin = entry.replace(/\/$/, "").toLowerCase() === url.origin;
  if (isOrigin) return { ok: true, value: url.origin };
  return { ok: false, reason: `Did you mean ${url.origin}?` };
}
