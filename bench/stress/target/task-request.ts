/** A run of a task, as the server that has it says it must be asked for. */
import { UsageError } from "../../command/failures.ts";
import { type GivenInput, requireBytes, requireJson } from "../../command/given-input.ts";
import { describeBytes, makeBytesPost, makePost } from "../../command/task-post.ts";
import { readPointer } from "../../load/generator/expectation.ts";
import type { LoadRequest } from "../../load/generator/plan.ts";
import { ask, type TargetAnswer } from "./ask.ts";

export interface TaskRequest {
  readonly request: LoadRequest;
  /** As the result shows it. */
  readonly input: unknown;
}

interface Asking {
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const fixedHash = { input: "stress", salt: "00112233445566778899aabbccddeeff" };

/** @throws UsageError if there is no such task, or it takes another kind of input */
export async function makeTaskRequest(
  task: string,
  given: GivenInput,
  { origin, headers, signal }: Asking,
): Promise<TaskRequest> {
  const path = `/tasks/${encodeURIComponent(task)}`;
  const answer = await ask(origin, { path, headers }, signal);
  if (answer.status !== 200) throw new UsageError(`--task ${task}: ${readDetail(answer)}`);
  const types = readPointer(answer.body, "/input/body/types");
  if (Array.isArray(types)) {
    const body = requireBytes(task, given, types.map(String));
    const { headers: own, ...post } = makeBytesPost(task, body);
    return { request: { ...post, headers: { ...headers, ...own } }, input: describeBytes(body) };
  }
  const input = chooseJson(task, requireJson(task, given), answer);
  return { request: { ...makePost(task, input), headers }, input };
}

function chooseJson(task: string, json: unknown, description: TargetAnswer): unknown {
  if (json !== undefined) return json;
  const example = task === "hash" ? fixedHash : readPointer(description.body, "/example");
  return example === undefined ? {} : example;
}

/** The detail of a problem document (RFC 9457), or the status. */
export function readDetail({ status, body }: TargetAnswer): string {
  const detail = readPointer(body, "/detail");
  return typeof detail === "string" ? detail : `it answers ${status}.`;
}
