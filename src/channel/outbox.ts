/** Collects what is said in one turn of the event loop, to send it as one message. */
export class Outbox<Note> {
  readonly #send: (notes: readonly Note[]) => void;
  #notes: Note[] = [];

  constructor(send: (notes: readonly Note[]) => void) {
    this.#send = send;
  }

  post(note: Note): void {
    this.#notes.push(note);
    if (this.#notes.length === 1) setImmediate(() => this.flush());
  }

  flush(): void {
    const notes = this.#notes;
    if (notes.length === 0) return;
    this.#notes = [];
    this.#send(notes);
  }
}
