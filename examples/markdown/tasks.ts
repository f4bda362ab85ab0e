/** Markdown to HTML, with marked: text in, text out. */
import { marked } from "marked";
import { defineTask, z } from "../../src/index.ts"; // in your project: from "manycore"

export const markdown = defineTask({
  name: "markdown",
  description: "Makes HTML of Markdown (GitHub's dialect). The HTML is not sanitised.",
  input: z.strictObject({ text: z.string().max(1_000_000) }),
  example: { text: "# Hello\n\nThis is **Markdown**." },
  run: ({ text }) => ({ html: marked.parse(text, { async: false }) }),
});
