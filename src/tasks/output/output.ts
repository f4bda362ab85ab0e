import { AppError, messageOf } from "../../errors.ts";
import { isBytesOutput } from "../bytes/bytes-output.ts";
import { decisionOf, restoreTaskError, type TaskFault, toTaskFault } from "../decision.ts";
import type { Task } from "../task.ts";
import { callUserCode } from "../user-code.ts";
import { type BareBytes, bareBytes } from "./bare.ts";
import { ownBytes } from "./given-away.ts";
import { JsonWriter } from "./json-writer.ts";
import { isPlainJson } from "./plain-json.ts";
import { inJson, isTooLong, joinJson, type OutputJson, tooLongError } from "./split-json.ts";

/** The JSON of an output, or its bytes where it is nothing else; or why it cannot be answered. */
export type WriteResult = OutputJson | BareBytes | WriteFault;

export interface WriteFault {
  readonly fault: TaskFault;
  /** It was to be nothing but bytes. */
  readonly isBare: boolean;
}

/** An output as JSON, written where it was computed. It goes between threads in this form. */
export class WrittenOutput {
  readonly #written: WriteResult;

  constructor(written: WriteResult) {
    this.#written = written;
  }

  /** As it goes on to another thread or process. */
  get written(): WriteResult {
    return this.#written;
  }

  /** @throws Error where JSON cannot hold it */
  get text(): OutputJson {
    const written = this.#whole;
    return "bare" in written ? inJson(written.bare) : written;
  }

  /** @throws Error where it is no media type, or no bytes */
  get bare(): BareBytes | undefined {
    const written = this.#written;
    if ("fault" in written && written.isBare) throw restoreTaskError(written.fault);
    return "bare" in written ? written : undefined;
  }

  get #whole(): OutputJson | BareBytes {
    if ("fault" in this.#written) throw restoreTaskError(this.#written.fault);
    return this.#written;
  }

  /** @throws Error where JSON cannot hold it */
  get json(): string {
    return joinJson(this.text);
  }
}

/**
 * Writing an output on its thread and copying the text is faster than cloning the output and
 * writing it on the event loop: 1.2 to 1.5 times the runs of the task `json`, with 1 KB to 1 MB.
 */
export function writeOutput(output: unknown): WriteResult {
  try {
    return bareBytes(output) ?? writeSplit(output);
  } catch (error) {
    return { fault: toTaskFault(error), isBare: isBytesOutput(output) };
  }
}

/**
 * JSON text of anything, with its bytes in base64.
 *
 * @throws TypeError that says what JSON cannot hold, and where; or an error of the value itself
 */
export function writeJson(value: unknown): string {
  return joinJson(writeSplit(value));
}

/**
 * JSON text of a task's output, with its bytes in base64.
 *
 * @throws AppError `task-failed` where JSON cannot hold it
 */
export function jsonOf(task: Task, output: unknown): string {
  return useJsonOf(task, output, joinJson);
}

/** JSON text, and the place of its bytes if it has exactly one run of them. */
export interface JsonWithBytes {
  readonly json: string;
  /**
   * The index of the quotation mark before the base64; undefined if there are no bytes, or several
   * runs.
   */
  readonly bytesAt: number | undefined;
}

/**
 * JSON text of a task's output, from which its bytes can be read again.
 *
 * @throws AppError `task-failed` if JSON cannot hold it
 */
export function jsonWithBytes(task: Task, output: unknown): JsonWithBytes {
  return useJsonOf(task, output, (text) => {
    const hasOne = "bytes" in text && text.bytes.length === 1;
    return { json: joinJson(text), bytesAt: hasOne ? text.texts[0]?.length : undefined };
  });
}

/** The bytes whose place `jsonWithBytes` returned. */
export function bytesAtPlace(json: string, bytesAt: number): Buffer<ArrayBuffer> {
  return Buffer.from(json.slice(bytesAt + 1, json.indexOf('"', bytesAt + 1)), "base64");
}

/**
 * The bytes of a task's output if it has exactly one run of them, at any depth. Nobody else uses
 * them: the task may write to its own while they are being sent.
 *
 * @throws AppError `task-failed` if JSON cannot hold the output
 */
export function onlyBytesOf(task: Task, output: unknown): Uint8Array | undefined {
  return useJsonOf(task, output, (text) => {
    if ("json" in text || text.bytes.length !== 1) return undefined;
    const [only] = output instanceof WrittenOutput ? text.bytes : ownBytes(text.bytes);
    return only;
  });
}

/**
 * The bytes of an output that is nothing else (`bytes(data, type)`); undefined for any other. Take
 * them once: an output on the event loop gives them away.
 *
 * @throws AppError `task-failed` if they are no bytes, or have no media type
 */
export function bareBytesOf(task: Task, output: unknown): BareBytes | undefined {
  try {
    return output instanceof WrittenOutput ? output.bare : bareBytes(output);
  } catch (error) {
    const detail = `Task ${task.name} returned ${messageOf(error)}`;
    throw new AppError("task-failed", detail, { cause: error });
  }
}

/** Calls `make` with the output's text. `make` too may find that the text is too long. */
function useJsonOf<Made>(task: Task, output: unknown, make: (text: OutputJson) => Made): Made {
  try {
    if (output instanceof WrittenOutput) return make(output.text);
    return callUserCode("output", task, () => {
      const bare = bareBytes(output)?.bare;
      return make(bare ? inJson(bare) : writeSplit(output));
    });
  } catch (error) {
    throw unwritableError(task, error);
  }
}

/** What this module says is for clients, too. An error of the value itself may say anything. */
function unwritableError(task: Task, error: unknown): AppError {
  const what = `Task ${task.name} returned something that JSON cannot hold`;
  const detail = `${what}: ${messageOf(error)}`;
  if (decisionOf(error)) return new AppError("task-failed", detail, { cause: error });
  const short = `${what}: a toJSON or a getter of it threw an error.`;
  return new AppError("task-failed", short, { cause: error, logged: detail });
}

function writeSplit(output: unknown = null): OutputJson {
  try {
    if (isPlainJson(output)) return { json: JSON.stringify(output) };
    const { texts, bytes } = new JsonWriter(output);
    return bytes.length === 0 ? { json: texts[0] ?? "" } : { texts, bytes };
  } catch (error) {
    throw isTooLong(error) ? tooLongError(error) : error;
  }
}
