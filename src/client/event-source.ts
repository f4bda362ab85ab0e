/** An event of a stream (WHATWG HTML, section 9.2). */
export interface StreamEvent {
  readonly name: string;
  readonly data: string;
  /** The id of the newest event so far; empty if there was none. */
  readonly lastId: string;
  /** How long to wait before connecting again, in ms, where the server said so. */
  readonly retryMs: number | undefined;
}

/** Reads the events of a stream, as they arrive. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  let [name, lastId] = ["", ""];
  let retryMs: number | undefined;
  let data: string[] = [];
  for await (const line of readLines(body)) {
    const [, field = "", value = ""] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (line === "") {
      if (data.length > 0)
        yield { name: name || "message", data: data.join("\n"), lastId, retryMs };
      name = "";
      data = [];
    } else if (field === "event") name = value;
    else if (field === "data") data.push(value);
    else if (field === "id") lastId = value;
    else if (field === "retry" && /^\d+$/.test(value)) retryMs = Number(value);
  }
}

/** Lines end with a line feed, a carriage return, or both. What follows the last end is no line. */
async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        if (rest.endsWith("\r")) yield rest.slice(0, -1);
        return;
      }
      rest += decoder.decode(value, { stream: true });
      // A carriage return at the end may be half of a line's end.
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } finally {
    await reader.cancel().catch(() => {}); // The connection is given back.
  }
}
