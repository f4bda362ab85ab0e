/** What two answers have in common, and every answer under load must have. */
import { isDeepStrictEqual } from "node:util";
import { expectBytes, type TypedBytes } from "../../load/generator/expect-bytes.ts";
import { readPointer } from "../../load/generator/expectation.ts";
import type { Expectation, JsonValue } from "../../load/generator/plan.ts";
import type { Target } from "../result/result.ts";
import type { TargetAnswer } from "./ask.ts";

/** A longer result in JSON is not compared. Reading it would be the generator's main work. */
const comparedBytes = 65_536;

/** Undefined if they share nothing. */
export function findShared(first: TargetAnswer, second: TargetAnswer): Expectation | undefined {
  const [one, two] = [readTyped(first), readTyped(second)];
  if (one && two && !one.type.startsWith("application/json")) return expectBytes(one, two);
  if (first.body.length > comparedBytes) return undefined;
  const [result, again] = [first, second].map(({ body }) => readPointer(body, "/result"));
  if (result === undefined || !isDeepStrictEqual(result, again)) return undefined;
  return { body: { kind: "json", pointer: "/result", equals: result as JsonValue } };
}

function readTyped({ headers, body }: TargetAnswer): TypedBytes | undefined {
  const type = headers["content-type"];
  return type === undefined ? undefined : { type, data: body };
}

export function describeChecks(expected: Expectation | undefined): Target["checked"] {
  if (expected === undefined) return "status";
  const { body } = expected;
  return body === undefined || body.kind === "length" ? "status and type" : "status and result";
}
