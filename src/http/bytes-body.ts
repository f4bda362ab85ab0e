/** Requests to tasks that take bytes: what is checked before the body is read. */
import { AppError } from "../errors.ts";
import type { BytesInput, TakenBytes } from "../tasks/bytes/bytes-input.ts";
import { isMediaType, isOfType } from "../tasks/bytes/media-type.ts";
import { checkInput } from "../tasks/check/check.ts";
import { inputSchema } from "../tasks/check/json-schema.ts";
import type { Task } from "../tasks/task.ts";
import { type HeldBody, readBytes } from "./body.ts";
import { readMediaType } from "./json-body.ts";
import { parseQuery, readPropertyTypes, readQueryInput } from "./query.ts";
import { type BodyLimit, bytesLimit } from "./receive-body.ts";
import type { HttpContext, Services } from "./services.ts";

/** The type that curl sends where it was told none. */
const formType = "application/x-www-form-urlencoded";

/** The type of bytes whose client has named none. */
const unknownType = "application/octet-stream";

/** A body whose type and query are right. */
export interface BytesRequest {
  /** Reads the body. It counts among all bodies until it is released. */
  read(): Promise<HeldBody & { readonly input: TakenBytes<unknown> }>;
}

/**
 * Checks what is known before the body: the query and the media type. So nobody sends a large body
 * for nothing.
 *
 * @throws AppError `invalid-input`, `unsupported-media-type`, `malformed-request`
 */
export function readBytesRequest(
  ctx: HttpContext,
  services: Pick<Services, "bodyLimitBytes">,
  task: Task,
  input: BytesInput,
): BytesRequest {
  try {
    const query = readQuery(ctx, task, input);
    const type = readType(ctx, task, input);
    const limit = limitOf(services, task, input);
    return { read: () => readInput(ctx, limit, { type, query }) };
  } catch (error) {
    ctx.req.resume(); // A client that sends everything before it reads is to see the answer.
    throw error;
  }
}

/** The largest body that the task takes. */
export function mostBytes(
  { bodyLimitBytes }: Pick<Services, "bodyLimitBytes">,
  { maxBytes = bodyLimitBytes }: BytesInput,
): number {
  return maxBytes;
}

/** The task as one whose input is the query: its schema and its faults are told as any other's. */
export function queryTask(task: Task, { query }: BytesInput): Task {
  const known = queryTasks.get(task);
  if (known) return known;
  const made = { ...task, input: query };
  queryTasks.set(task, made);
  return made;
}

const queryTasks = new WeakMap<Task, Task>();

/** @returns the query as it was sent. The schema checks it again, with the bytes */
function readQuery(ctx: HttpContext, task: Task, input: BytesInput): unknown {
  const asTask = queryTask(task, input);
  const types = readPropertyTypes(inputSchema(asTask));
  const sent = readQueryInput(parseQuery(ctx.querystring), types, "executor");
  checkInput(asTask, sent);
  return sent;
}

/** @returns the media type for the task */
function readType(ctx: HttpContext, task: Task, { types }: BytesInput): string {
  const sent = readMediaType(ctx);
  const type = sent === "" || sent === formType ? unknownType : sent;
  const isType = isMediaType(type);
  if (types && !(isType && isOfType(type, types))) {
    const detail = `Task ${task.name} takes ${types.join(", ")}. ${howItCame(sent)} Send it with its own Content-Type (curl: -H 'content-type: ${exampleOf(types)}').`;
    throw new AppError("unsupported-media-type", detail, { headers: { Accept: types.join(", ") } });
  }
  if (type === "multipart/form-data" && !types) {
    const detail = `The body came as a form (${sent}). Send the bytes alone (curl: --data-binary @FILE).`;
    throw new AppError("unsupported-media-type", detail);
  }
  if (isType) return type;
  const detail = `The Content-Type ${JSON.stringify(sent)} is no media type. Name one, such as ${unknownType}.`;
  throw new AppError("unsupported-media-type", detail);
}

function howItCame(type: string): string {
  if (type === "") return "The body came without a Content-Type.";
  return `The body came as ${type}.`;
}

/** A type that can be sent as it stands: `image/*` cannot. */
function exampleOf([first = unknownType]: readonly string[]): string {
  if (!first.endsWith("/*")) return first;
  return examples[first.slice(0, -2).toLowerCase()] ?? unknownType;
}

const examples: Readonly<Record<string, string>> = {
  ...{ image: "image/png", audio: "audio/mpeg", video: "video/mp4" },
  ...{ text: "text/plain", font: "font/woff2", model: "model/gltf-binary" },
};

function limitOf(
  services: Pick<Services, "bodyLimitBytes">,
  { name }: Task,
  input: BytesInput,
): BodyLimit {
  return bytesLimit(mostBytes(services, input), input.maxBytes === undefined ? undefined : name);
}

async function readInput(
  ctx: HttpContext,
  limit: BodyLimit,
  { type, query }: Omit<TakenBytes<unknown>, "data">,
) {
  const held = await readBytes(ctx, limit);
  const isUnnamed = ["", formType].includes(readMediaType(ctx));
  if (held.bytes.length > 0 || !isUnnamed) {
    return { ...held, input: { data: held.bytes, type, query } };
  }
  const detail = "The request has no body. Send the bytes as its body (curl: --data-binary @FILE).";
  throw new AppError("invalid-input", detail, {
    errors: [{ path: "", message: "send the bytes as the body" }],
  });
}
