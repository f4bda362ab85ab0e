import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { filesOf, importsOf } from "../helpers/imports.ts";

const bench = fileURLToPath(new URL("../../bench", import.meta.url));

/** Which rooms a room may import. The files at the top start the commands. */
const rules: Readonly<Record<string, readonly string[]>> = {
  load: [],
  command: ["load"],
  report: ["command"],
  compare: ["load", "command", "report"],
  stress: ["load", "command", "report"],
  page: ["load", "command", "compare"],
  dev: ["load", "command", "report", "compare", "stress"],
};
const top = ["main.ts", "stress.ts", "contrast.ts", "load-server.ts"];

const files = filesOf(bench).filter((file) => /\.(ts|js)$/.test(file));
const imports = files
  .flatMap((file) => importsOf(bench, file))
  .filter(({ to }) => files.includes(to));
const roomOf = (file: string) => file.split("/")[0] ?? "";

describe("who may import whom in bench (docs/architecture.md, Layers)", () => {
  test("there is something to look at", () => {
    expect(imports.length).toBeGreaterThan(files.length);
  });

  test("every file is in a room, or starts a command", () => {
    const rooms = [...Object.keys(rules), ...top];
    expect(files.filter((file) => !rooms.includes(roomOf(file)))).toEqual([]);
  });

  test("rooms import those below them, and nobody what is for developers", () => {
    const wrong = imports.filter(({ from, to }) => {
      const [room, other] = [roomOf(from), roomOf(to)];
      if (top.includes(from)) return other === "dev";
      return room !== other && !rules[room]?.includes(other);
    });
    expect(wrong).toEqual([]);
  });

  test("no folder reaches itself by way of another, not even for a type", () => {
    const folders = Map.groupBy(imports, ({ from }) => dirname(from));
    const next = (folder: string) =>
      new Set((folders.get(folder) ?? []).map(({ to }) => dirname(to)));
    const cycles = [...folders.keys()].filter((folder) => {
      const seen = new Set([...next(folder)].filter((other) => other !== folder));
      for (const other of seen) for (const further of next(other)) seen.add(further);
      return seen.has(folder);
    });
    expect(cycles).toEqual([]);
  });
});
