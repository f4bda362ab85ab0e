import { readFileSync, writeFileSync } from "node:fs";

/**
 * Writes `content` between the two markers of a page: `<!-- NAME -->` and `<!-- /NAME -->`.
 *
 * @throws Error if the page has no such markers
 */
export function replaceSection(page: URL, name: string, content: string): void {
  const section = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
  const text = readFileSync(page, "utf8");
  if (!section.test(text)) throw new Error(`${page.pathname}: no markers <!-- ${name} -->`);
  writeFileSync(
    page,
    text.replace(section, (_all, open, close) => `${open}\n${content}\n\n${close}`),
  );
}
