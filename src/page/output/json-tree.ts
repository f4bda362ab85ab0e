import { element } from "../dom.ts";

/** So many entries of an object or a list are shown before they are folded. */
const fewEntries = 12;
/** More are not put into the page: the download has them. */
const mostEntries = 200;
const mostCharacters = 2000;

/** JSON to look at: coloured by kind, and folded where it is long or deep. */
export function jsonTree(value: unknown, depth = 0): HTMLElement {
  if (typeof value !== "object" || value === null) return leaf(value);
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return element("span", { class: "json-mark" }, isList ? "[]" : "{}");
  const rows = entries
    .slice(0, mostEntries)
    .map(([key, each]) => row(isList ? null : key, each, depth));
  if (entries.length > mostEntries) {
    rows.push(element("li", { class: "facts" }, `… and ${entries.length - mostEntries} more`));
  }
  const count = isList ? `[ ${entries.length} ]` : `{ ${entries.length} }`;
  return element(
    "details",
    { class: "json", open: depth === 0 || (depth < 3 && entries.length <= fewEntries) },
    element("summary", {}, count),
    element("ul", {}, ...rows),
  );
}

function row(key: string | null, value: unknown, depth: number): HTMLElement {
  const name = key === null ? [] : [element("span", { class: "json-key" }, key), ": "];
  return element("li", {}, ...name, jsonTree(value, depth + 1));
}

function leaf(value: unknown): HTMLElement {
  const text = JSON.stringify(value) ?? "null";
  const kind = value === null ? "null" : typeof value;
  const shown = text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
  return element("code", { class: `json-${kind}` }, shown);
}
