/**
 * HTML and SVG as text that is escaped unless it says otherwise:
 *
 *   markup`<p title="${title}">${words} and ${markup`<em>more</em>`}</p>`
 *
 * Strings and numbers are escaped, `Markup` is put in as it is, arrays are put in one after the
 * other, and null leaves nothing.
 */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

export type Piece = Markup | string | number | null | readonly Piece[];

export const nothing = new Markup("");

export function markup(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(
    strings.reduce((text, string, index) => text + string + render(pieces[index] ?? null), ""),
  );
}

/** For text and for attributes in double or single quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/**
 * JSON for a <script>. Escapes keep `<` from ending it or opening a comment, and the line
 * separators from being taken for line ends. It parses to the same value.
 */
export function scriptJson(value: unknown, indent = 0): Markup {
  const text = JSON.stringify(value, null, indent);
  return new Markup(
    text.replace(/[<>&\u2028\u2029]/g, (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
    }),
  );
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function render(piece: Piece): string {
  if (piece === null) return "";
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === "object") return piece.map(render).join("");
  return escapeHtml(String(piece));
}
