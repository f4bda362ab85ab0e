/** The same request for a terminal, and for a program. */

export interface Call {
  /** Where the server serves. */
  readonly url: string;
  readonly task: string;
  readonly isJob: boolean;
  /** Whether the server wants a token for it. */
  readonly needsToken: boolean;
  readonly sent: Sent;
}

export type Sent =
  | { readonly kind: "json"; readonly input: unknown }
  | {
      readonly kind: "bytes";
      readonly file: string;
      readonly type: string;
      readonly query: Readonly<Record<string, unknown>>;
    };

/** A line for a POSIX shell. */
export function curlLine({ url, task, isJob, needsToken, sent }: Call): string {
  const token = needsToken ? " -H 'Authorization: Bearer TOKEN'" : "";
  if (sent.kind === "json") {
    const body = isJob ? { task, input: sent.input } : sent.input;
    const path = isJob ? "/jobs" : `/tasks/${encodeURIComponent(task)}`;
    const json = " -H 'Content-Type: application/json'";
    return `curl${token}${json} -d ${quoted(JSON.stringify(body))} ${quoted(url + path)}`;
  }
  const prefer = isJob ? " -H 'Prefer: respond-async'" : "";
  const type = ` -H ${quoted(`Content-Type: ${sent.type}`)}`;
  const target = `${url}/tasks/${encodeURIComponent(task)}${queryOf(sent.query)}`;
  return `curl${token}${prefer}${type} --data-binary ${quoted(`@${sent.file}`)} ${quoted(target)}`;
}

/** A program with the typed client. */
export function clientLines({ url, task, isJob, needsToken, sent }: Call): string {
  const options = needsToken ? ', { token: "TOKEN" }' : "";
  const member = /^[A-Za-z_$][\w$]*$/.test(task) ? `.${task}` : `[${JSON.stringify(task)}]`;
  const lines = ['import { createClient } from "manycore/client";'];
  if (sent.kind === "bytes") lines.unshift('import { readFile } from "node:fs/promises";');
  lines.push("", `const api = createClient(${JSON.stringify(url)}${options});`);
  const input = sent.kind === "json" ? JSON.stringify(sent.input) : bytesInput(sent);
  if (isJob)
    lines.push(
      `const job = await api${member}.submit(${input});`,
      "const output = await job.wait();",
    );
  else lines.push(`const output = await api${member}.run(${input});`);
  return [...lines, "console.log(output);"].join("\n");
}

/** The parameters of a task that takes bytes. */
export function queryOf(query: Readonly<Record<string, unknown>>): string {
  const text = new URLSearchParams(
    Object.entries(query).map(([name, value]) => [name, String(value)]),
  ).toString();
  return text === "" ? "" : `?${text}`;
}

function bytesInput({ file, type, query }: Extract<Sent, { kind: "bytes" }>): string {
  const parts = [
    `data: await readFile(${JSON.stringify(file)})`,
    `type: ${JSON.stringify(type)}`,
    ...(Object.keys(query).length > 0 ? [`query: ${JSON.stringify(query)}`] : []),
  ];
  return `{ ${parts.join(", ")} }`;
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
