import type { Page } from "../page.ts";

/** How long a notice can be read. */
const shownMs = 7000;

/** @param region a live region of index.html */
export function createNotify(region: HTMLElement): Page["notify"] {
  let hide: number | undefined;
  return (text) => {
    clearTimeout(hide);
    region.textContent = text;
    hide = setTimeout(() => {
      region.textContent = "";
    }, shownMs);
  };
}
