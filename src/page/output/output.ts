import { element } from "../dom.ts";
import { formatBytes } from "../format.ts";
import { jsonTree } from "./json-tree.ts";
import { kindOf, type OutputKind } from "./kind.ts";

/** Longer texts are cut; the download is whole. */
const mostCharacters = 100_000;
const mostJsonBytes = 2_000_000;

export interface ShownOutput {
  readonly node: HTMLElement;
  /** Frees what the browser holds for it. */
  readonly end: () => void;
}

/**
 * Shows what a task has returned as what it is, with a download.
 *
 * @param name of the file that is downloaded, without its extension
 */
export async function showOutput(output: Blob, name: string): Promise<ShownOutput> {
  const url = URL.createObjectURL(output);
  const kind = kindOf(output.type);
  const file = `${name}.${extensionOf(output.type)}`;
  const download = element("a", { href: url, download: file }, `Download ${file}`);
  const facts = element(
    "p",
    { class: "facts" },
    `${output.type}, ${formatBytes(output.size)} · `,
    download,
  );
  const node = element("div", { class: "output" }, facts, await lookOf(output, kind, url));
  return { node, end: () => URL.revokeObjectURL(url) };
}

async function lookOf(output: Blob, kind: OutputKind, url: string): Promise<Node> {
  if (kind === "image") return element("img", { src: url, alt: "The output of the task" });
  if (kind === "bytes")
    return element("p", { class: "facts" }, "These bytes have no look of their own.");
  if (kind === "json" && output.size <= mostJsonBytes) {
    return element("div", { class: "json-root" }, jsonTree(JSON.parse(await output.text())));
  }
  const text = await output.slice(0, 4 * mostCharacters).text();
  const cut = text.length > mostCharacters ? `${text.slice(0, mostCharacters)}\n…` : text;
  return element("pre", { tabindex: 0 }, cut);
}

function extensionOf(type: string): string {
  const subtype = /^[^/]+\/(?:x-)?([a-z0-9]+)/.exec(type)?.[1] ?? "bin";
  const known: Readonly<Record<string, string>> = { plain: "txt", octet: "bin", jpeg: "jpg" };
  return known[subtype] ?? subtype;
}
