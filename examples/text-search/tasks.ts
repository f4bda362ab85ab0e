/** Text search in an index that is made once in each thread, with MiniSearch. */
import { readdir, readFile } from "node:fs/promises";
import MiniSearch from "minisearch";
import { defineTask, z } from "../../src/index.ts"; // in your project: from "manycore"

/** What is searched: here, the pages of manycore's own documentation. */
const folder = new URL("../../docs/", import.meta.url);

async function makeIndex() {
  const index = new MiniSearch({ fields: ["title", "text"], storeFields: ["page", "title"] });
  for (const page of (await readdir(folder)).filter((name) => name.endsWith(".md"))) {
    const parts = (await readFile(new URL(page, folder), "utf8")).split(/^#+ /m).slice(1);
    for (const [place, part] of parts.entries()) {
      const [title = "", ...lines] = part.split("\n");
      index.add({ id: `${page} ${place}`, page, title, text: lines.join("\n") });
    }
  }
  return index;
}

export const search = defineTask({
  name: "search",
  description: "Finds the parts of the documentation that have these words, the best first.",
  input: z.strictObject({
    words: z.string().min(1).max(200),
    most: z.int().min(1).max(50).default(5),
  }),
  example: { words: "killed worker" },
  setup: makeIndex,
  run({ words, most }, { resources: index }) {
    const found = index.search(words, { prefix: true, fuzzy: 0.2 }).slice(0, most);
    return { found: found.map(({ page, title, score }) => ({ page, title, score })) };
  },
});
