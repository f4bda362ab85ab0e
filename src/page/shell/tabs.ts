import { element } from "../dom.ts";
import type { Page } from "../page.ts";
import { views } from "../views.ts";

interface Place {
  readonly view: (typeof views)[number];
  readonly rest: readonly string[];
}

/** Mounts the view that the hash names, now and at each change of it. Tabs are links: they can be shared. */
export function followHash(page: Omit<Page, "place">, tabs: HTMLElement, main: HTMLElement): void {
  const links = views.map(({ name, title }) => element("a", { href: `#${name}` }, title));
  tabs.append(...links.map((link) => element("li", {}, link)));
  let end: (() => void) | undefined;

  function show(): void {
    end?.();
    const { view, rest } = readHash(location.hash);
    for (const link of links) {
      if (link.hash === `#${view.name}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    document.title = `${view.title} · manycore`;
    const root = element("div", { class: `view ${view.name}` });
    main.replaceChildren(root);
    end = view.mount(root, { ...page, place: rest }) ?? undefined;
  }

  addEventListener("hashchange", () => {
    show();
    main.focus({ preventScroll: true });
    scrollTo(0, 0);
  });
  show();
}

/** A hash that names no view means the first one. */
function readHash(hash: string): Place {
  const [name, ...rest] = hash.slice(1).split("/");
  const view = views.find((each) => each.name === name);
  return view ? { view, rest: rest.map(decode) } : { view: views[0], rest: [] };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
