import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { BodyCheck, Expectation } from "./plan.ts";
import type { Answer } from "./response-parser.ts";

export type AnswerVerdict = "correct" | "wrong" | "unexpected" | "tolerated";

/** Judges an answer. Made once for a request, because it runs for every answer. */
export type Judge = (answer: Answer) => AnswerVerdict;

export function createJudge(expectation: Expectation = {}): Judge {
  const statuses = new Set(expectation.statuses ?? [200]);
  const tolerated = new Set(expectation.tolerated ?? []);
  const isRight = expectation.body === undefined ? null : createBodyCheck(expectation.body);
  const { type: wantedType } = expectation;
  return ({ status, type, body }) => {
    if (statuses.has(status)) {
      if (wantedType !== undefined && type !== wantedType) return "wrong";
      return isRight === null || isRight(body) ? "correct" : "wrong";
    }
    return tolerated.has(status) ? "tolerated" : "unexpected";
  };
}

function createBodyCheck(check: BodyCheck): (body: Buffer) => boolean {
  switch (check.kind) {
    case "text": {
      const expected = Buffer.from(check.equals);
      return (body) => body.equals(expected);
    }
    case "contains": {
      const wanted = Buffer.from(check.text);
      return (body) => body.includes(wanted);
    }
    case "bytes":
      return (body) => body.equals(check.equals);
    case "length":
      return (body) => body.length === check.bytes;
    case "sha256":
      return (body) => createHash("sha256").update(body).digest("hex") === check.equals;
    case "json":
      return (body) => isDeepStrictEqual(readPointer(body, check.pointer), check.equals);
  }
}

/** The value at a JSON pointer (RFC 6901) of a JSON body. Undefined if there is none. */
export function readPointer(body: Buffer, pointer: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    return undefined; // not JSON: there is no value, and the check fails
  }
  if (pointer === "") return value;
  for (const token of pointer.slice(1).split("/")) {
    const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
