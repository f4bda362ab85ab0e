import type { Stream } from "./net/stream.ts";
import type { Seen } from "./seen/seen.ts";

/** What a view has of the page around it. */
export interface Page {
  /** What the server tells while it works. */
  readonly stream: Stream;
  /** What it has told so far. */
  readonly seen: Seen;
  /** What the hash has after the name of the view: `["ID"]` at `#jobs/ID`. */
  readonly place: readonly string[];
  /**
   * Asks control. Sends the token, and asks for one where the server wants it.
   *
   * @param path such as `jobs/ID`, from where the page is
   * @throws Problem if the answer is one, or if there is none
   */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Says something once, in sight and to screen readers. */
  notify(text: string): void;
}

/**
 * Puts a view into its root, which is empty. A change of the hash ends it, and mounts the next one.
 *
 * @returns what to do at its end
 */
// biome-ignore lint/suspicious/noConfusingVoidType: a view without an end returns nothing
export type Mount = (root: HTMLElement, page: Page) => void | (() => void);
