/** A real server whose every answer is held against its document. */
import { expect } from "vitest";
import { DocumentChecks, type OpenApi, operationsOf, step } from "./openapi.ts";
import type { ServerProcess } from "./server-process.ts";

export interface SentRequest {
  /** What stands for the parameters of the path. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, unless it is text. */
  readonly body?: unknown;
  readonly type?: string;
}

export interface CheckedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Headers that every answer may have: nobody needs to be told. */
const plainHeaders =
  "access-control-expose-headers cache-control connection content-length content-security-policy content-type cross-origin-opener-policy cross-origin-resource-policy date keep-alive origin-agent-cluster referrer-policy transfer-encoding vary x-content-type-options x-dns-prefetch-control x-download-options x-frame-options x-permitted-cross-domain-policies x-request-id x-xss-protection".split(
    " ",
  );

const isJson = /[/+]json$/;

export class DocumentedServer {
  readonly document: OpenApi;
  /** Such as `GET /jobs/{id} 200`. */
  readonly seen = new Set<string>();
  readonly #server: ServerProcess;
  readonly #checks: DocumentChecks;

  private constructor(server: ServerProcess, document: OpenApi) {
    this.#server = server;
    this.document = document;
    this.#checks = new DocumentChecks(document);
  }

  static async of(server: ServerProcess): Promise<DocumentedServer> {
    return new DocumentedServer(server, await server.get<OpenApi>("/openapi.json"));
  }

  /**
   * Sends a request, and checks the answer: its status, its type, its headers and its body are
   * documented.
   *
   * @param route such as `GET /jobs/{id}`
   */
  async send(route: string, sent: SentRequest = {}): Promise<CheckedAnswer> {
    const [method = "", template = ""] = route.split(" ");
    const path = template.replaceAll(/\{(\w+)\}/g, (_, name) => sent.path?.[name] ?? "unknown");
    const { body, type = "application/json", headers = {}, query = "" } = sent;
    const answer = await fetch(new URL(`${path}${query}`, this.#server.url), {
      method,
      // Without it, fetch would add "Cache-Control: no-cache" to a request with If-None-Match.
      cache: "force-cache",
      headers: { ...headers, ...(body !== undefined && { "content-type": type }) },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    this.#check(route, answer, text);
    const { status } = answer;
    const isRead = isJson.test(answer.headers.get("content-type") ?? "");
    return { status, headers: answer.headers, body: isRead ? JSON.parse(text) : text };
  }

  #check(route: string, answer: Response, text: string): void {
    const [method = "", path = ""] = route.split(" ");
    const at = `${step("paths")}${step(path)}${step(method.toLowerCase())}/responses`;
    const responses = this.document.paths[path]?.[method.toLowerCase()]?.responses ?? {};
    const status = `${answer.status}`;
    this.seen.add(`${route} ${status}`);
    const told = `${route} ${status} ${text.slice(0, 500)}`;
    expect(Object.keys(responses), told).toContain(status);
    const { content = {}, headers = {} } = responses[status] ?? {};
    const documented = [...plainHeaders, ...Object.keys(headers).map((name) => name.toLowerCase())];
    const strays = [...answer.headers.keys()].filter((name) => !documented.includes(name));
    expect(strays, told).toEqual([]);
    const type = answer.headers.get("content-type")?.split(";")[0];
    if (type === undefined) {
      expect([text, content], told).toEqual(["", {}]);
      return;
    }
    const media = [type, "*/*"].find((each) => Object.hasOwn(content, each));
    expect(media, `${told}: ${type} is not documented`).toBeDefined();
    if (!isJson.test(type)) return;
    const pointer = `${at}${step(status)}/content${step(media ?? "")}/schema`;
    expect(this.#checks.faultsOf(pointer, JSON.parse(text)), told).toEqual([]);
  }

  /** The answers that are no problems and that nobody has got. */
  unseen(): string[] {
    const all = operationsOf(this.document).flatMap(([route, { responses }]) =>
      Object.keys(responses)
        .filter((status) => /^[23]/.test(status))
        .map((status) => `${route} ${status}`),
    );
    return all.filter((each) => !this.seen.has(each));
  }
}
