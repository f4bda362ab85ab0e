import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AllowedHosts } from "../../../../src/jobs/webhooks/allowed.ts";
import { postWebhook } from "../../../../src/jobs/webhooks/thread/post.ts";
import { Folder } from "../../../helpers/embedded-queue.ts";

const isMissing = !existsSync("/usr/bin/openssl") && !process.env["CI"];
const whySkipped = isMissing ? " (skipped: there is no /usr/bin/openssl)" : "";

describe.skipIf(isMissing)(`https${whySkipped}`, () => {
  const folder = new Folder();
  const usual = getCACertificates();
  let certificate: string;
  let server: ReturnType<typeof createServer>;
  let port: number;

  beforeAll(async () => {
    const [key, cert] = [folder.file("key"), folder.file("cert")];
    const words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1";
    const name = ["-subj", "/CN=a.example", "-addext", "subjectAltName=DNS:a.example"];
    const files = ["-keyout", key, "-out", cert];
    execFileSync("openssl", [...words.split(" "), ...name, ...files], { stdio: "ignore" });
    certificate = readFileSync(cert, "utf8");
    const options = { key: readFileSync(key), cert: certificate };
    server = createServer(options, (_, response) => void response.end()).listen(0, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    setDefaultCACertificates(usual);
    server.close();
    folder[Symbol.dispose]();
  });

  const post = (host: string) => {
    const options = {
      allowed: new AllowedHosts([
        { kind: "any" },
        { kind: "range", address: "127.0.0.1", prefix: 32, port: null },
      ]),
      resolve: async () => [{ address: "127.0.0.1", family: 4 }],
      timeoutMs: 5000,
    };
    const envelope = { url: `https://${host}:${port}/`, headers: {}, body: "{}" };
    return postWebhook(envelope, options, new AbortController().signal);
  };

  test("a certificate that nobody trusts is refused", async () => {
    expect((await post("a.example"))?.error).toMatch(/self-signed certificate/);
  });

  test("a certificate is checked for the name of the URL, not for its address", async () => {
    setDefaultCACertificates([...usual, certificate]);
    expect(await post("a.example")).toMatchObject({ status: 200, error: null });
    expect((await post("b.example"))?.error).toMatch(/does not match certificate/);
  });
});
