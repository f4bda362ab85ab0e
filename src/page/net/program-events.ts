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

/** Follows a program from its first event to its last one. @returns what ends that */
export function followProgram<Event extends ProgramEvent>(followed: Followed<Event>): () => void {
  const { path, names, onEvent } = followed;
  const source = new EventSource(new URL(path, document.baseURI));
  for (const name of names) {
    source.addEventListener(name, ({ data }) => {
      onEvent({ event: name, data: JSON.parse(data) } as Event);
      if (lastNames.has(name)) source.close();
    });
  }
  return () => source.close();
}
