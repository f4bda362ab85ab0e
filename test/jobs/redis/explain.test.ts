import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { explainRedisError } from "../../../src/jobs/redis/explain.ts";
import { Folder } from "../../helpers/embedded-queue.ts";
import { TestConnection } from "../../helpers/redis-connection.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";

/** What is said where nothing can be reached at this address. */
async function saidOf(url: string): Promise<string> {
  await using opened = TestConnection.open(url);
  return explainRedisError(await opened.failure());
}

/** What is said of a command that a ready connection sends. */
async function saidOfCommand(url: string, ...[name = "", ...args]: string[]): Promise<string> {
  await using opened = await TestConnection.ready(url);
  return await opened.redis.call(name, ...args).then(String, explainRedisError);
}

/** Something else than a Redis. */
async function listening(onSocket: (socket: Socket) => void) {
  const server = createServer((socket) => onSocket(socket.on("error", () => {})));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const close = () => void server.close();
  return { at: `127.0.0.1:${port}`, [Symbol.asyncDispose]: async () => close() };
}

describe.skipIf(redisMissing)(`what is wrong with the way to Redis${whySkipped}`, () => {
  const folder = new Folder();
  const usual = getCACertificates();
  let plain: RedisServer;
  let locked: RedisServer;
  let encrypted: RedisServer;
  let tlsPort: number;

  beforeAll(async () => {
    const [key, cert] = [folder.file("key"), folder.file("cert")];
    const words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1";
    const name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const files = ["-keyout", key, "-out", cert];
    execFileSync("openssl", [...words.split(" "), ...name, ...files], { stdio: "ignore" });
    [plain, locked] = await Promise.all([
      RedisServer.start(),
      RedisServer.start({ config: ["--requirepass", "secret"] }),
    ]);
    tlsPort = await RedisServer.freePort();
    const tls = ["--tls-port", String(tlsPort), "--tls-cert-file", cert, "--tls-key-file", key];
    encrypted = await RedisServer.start({ config: [...tls, "--tls-auth-clients", "no"] });
  });

  afterAll(async () => {
    setDefaultCACertificates(usual);
    for (const server of [plain, locked, encrypted]) await server?.[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  test("nobody there, no such host, and another password", async () => {
    const gone = await RedisServer.freePort();
    expect(await saidOf(`redis://127.0.0.1:${gone}`)).toMatch(
      /^nothing listens there. Start Redis.* \(connect ECONNREFUSED 127.0.0.1:\d+\)$/,
    );
    expect(await saidOf("redis://no-such-host.invalid")).toMatch(/^there is no such host.*\(.*E/);
    const withPort = (start: string) => `${start}127.0.0.1:${locked.port}`;
    expect(await saidOf(withPort("redis://"))).toMatch(/^Redis wants a password. Set MANYCORE/);
    expect(await saidOf(withPort("redis://:wrong@"))).toMatch(
      /^Redis refuses the user or the pass/,
    );
    expect(await saidOf(withPort("redis://me:secret@"))).toMatch(/^Redis refuses the user or the/);
    expect(await saidOf(`${plain.url}/99`)).toMatch(/^Redis has no database of this number/);
  });

  test("no error has the password in it", async () => {
    await using opened = TestConnection.open(`redis://me:wrong@127.0.0.1:${locked.port}`);
    expect((await opened.failure()).message).toMatch(/WRONGPASS/);
    expect(inspect(opened.errors, { depth: 9 })).not.toMatch(/'wrong'/);
  });

  test("another form of Redis", async () => {
    const at = `127.0.0.1:${plain.port}`;
    expect(await saidOf(`redis+cluster://${at}`)).toMatch(/^this Redis is no cluster/);
    expect(await saidOf(`redis+sentinel://${at}/main`)).toMatch(/^no Sentinel answers, or none/);
    const gone = await RedisServer.freePort();
    expect(await saidOf(`redis+cluster://127.0.0.1:${gone}`)).toMatch(/^no node of the cluster/);
  });

  test("TLS where there is none, none where there is TLS, and certificates", async () => {
    expect(await saidOf(`rediss://127.0.0.1:${plain.port}`)).toMatch(
      /needs a port that speaks TLS/,
    );
    await using talking = await listening((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n"));
    expect(await saidOf(`rediss://${talking.at}`)).toMatch(/^this port does not speak TLS/);
    expect(await saidOf(`redis://127.0.0.1:${tlsPort}`)).toMatch(
      /^the connection ended.*wants TLS/,
    );
    expect(await saidOf(`rediss://localhost:${tlsPort}`)).toMatch(/certificate is not trusted/);
    setDefaultCACertificates([...usual, readFileSync(folder.file("cert"), "utf8")]);
    expect(await saidOf(`rediss://127.0.0.1:${tlsPort}`)).toMatch(
      /certificate is for another name/,
    );
    expect(await saidOfCommand(`rediss://localhost:${tlsPort}`, "PING")).toBe("PONG");
  });

  test("what Redis refuses, and what it cannot do now", async () => {
    const said = (name: string, ...args: string[]) => saidOfCommand(plain.url, name, ...args);
    await said("ACL", "SETUSER", "poor", "on", ">poor", "~*", "+ping", "+info", "+hello");
    const poor = `redis://poor:poor@127.0.0.1:${plain.port}`;
    expect(await saidOfCommand(poor, "SET", "a", "1")).toMatch(
      /^the user of --queue may not do this/,
    );
    await said("CONFIG", "SET", "maxmemory", "1");
    expect(await said("SET", "a", "1")).toMatch(/^Redis has no memory left \(maxmemory\)/);
    await said("CONFIG", "SET", "maxmemory", "0");
    await said("REPLICAOF", "127.0.0.1", String(locked.port));
    expect(await said("SET", "a", "1")).toMatch(/^this server is a replica/);
    await said("REPLICAOF", "NO", "ONE");
  });

  test("one that takes connections and says nothing", async () => {
    await using silent = await listening(() => {});
    expect(await saidOf(`redis://${silent.at}`)).toMatch(/^Redis does not answer/);
  });
});

test("an error that nobody knows is said as it is", () => {
  expect(explainRedisError(new Error("ERR what is this"))).toBe("ERR what is this");
  expect(explainRedisError("text")).toBe("text");
});
