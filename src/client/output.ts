import { ProblemError } from "./problem-error.ts";

/** Bytes that a task returned with a content type. */
export interface OutputBytes {
  readonly data: Uint8Array;
  readonly type: string;
}

/** The output in an answer, where it is bytes. Their type may be that of JSON, so another header tells. */
export async function readBytes(response: Response): Promise<OutputBytes | undefined> {
  if (response.headers.get("Task-Output") !== "bytes") return undefined;
  const type = response.headers.get("Content-Type") ?? "";
  return { data: new Uint8Array(await response.arrayBuffer()), type };
}

/** @throws ProblemError where the answer is of something else than manycore */
export async function readJson<Value>(response: Response): Promise<Value> {
  const { url, status, headers } = response;
  const type = headers.get("Content-Type") ?? "";
  if (isJson(type)) return (await response.json()) as Value;
  await response.body?.cancel();
  const named = type === "" ? "nothing" : type;
  const detail = `${url} answered with ${named} in place of JSON. Is the address that of a manycore server?`;
  throw new ProblemError(status, { type: "about:blank", title: "No JSON", detail });
}

function isJson(type: string): boolean {
  return /^application\/json\b/i.test(type);
}
