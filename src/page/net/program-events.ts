/** An event of a program that control runs: a contrast, or a load. */
interface ProgramEvent {
  readonly event: string;
  readonly data: unknown;
}

export interface Followed<Event extends ProgramEvent> {
  /** Such as `contrast/events`, from where the page is. */
  readonly path: string;
  readonly names: readonly Event["event"][];
  /** After a lost connection it is all told again, from the first event. */
  readonly onEvent: (event: Event) => void;
}

const lastNames: ReadonlySet<string> = new Set(["end", "failed"]);

const gone = { event: "failed", data: { message: "The server does not have it any more." } };

/**
 * Follows a program from its first event to its last one. Where another server has come meanwhile, the
 * last one is that it failed.
 *
 * @returns what ends that
 */
export function followProgram<Event extends ProgramEvent>(followed: Followed<Event>): () => void {
  const { path, names, onEvent } = followed;
  const source = new EventSource(new URL(path, document.baseURI));
  for (const name of names) {
    source.addEventListener(name, ({ data }) => {
      onEvent({ event: name, data: JSON.parse(data) } as Event);
      if (lastNames.has(name)) source.close();
    });
  }
  source.addEventListener("error", () => {
    // The browser tries again by itself, but not after an answer such as 404.
    if (source.readyState === EventSource.CLOSED) onEvent(gone as Event);
  });
  return () => source.close();
}
