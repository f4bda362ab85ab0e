/** The image, as far as it can be had without Docker: its file, and its command in a container. */
import { readFileSync } from "node:fs";
import { validate } from "dockerfile-utils";
import { describe, expect, test } from "vitest";
import {
  ContainerProcess,
  exitCodeAlone,
  readImage,
  whyNoContainer,
} from "../helpers/container-process.ts";
import { root } from "../helpers/documents.ts";
import { Folder } from "../helpers/embedded-queue.ts";

const path = new URL("deploy/docker/Dockerfile", root);
const dockerfile = readFileSync(path, "utf8");
const ignored = readFileSync(new URL("deploy/docker/Dockerfile.dockerignore", root), "utf8");
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as {
  readonly files: readonly string[];
  readonly peerDependencies: Readonly<Record<string, string>>;
};

describe("the Dockerfile", () => {
  test("has nothing that its validator complains of", () => {
    expect(validate(dockerfile)).toEqual([]);
    expect(validate(dockerfile.replace("USER 1000", "USERS 1000"))).toHaveLength(1);
  });

  test("installs what a queue in Redis needs, in the versions of the package", () => {
    for (const name of ["bullmq", "ioredis"]) {
      expect(dockerfile).toContain(` ${name}@${manifest.peerDependencies[name]}`);
    }
  });

  test("gets all that the package is made of", () => {
    const files = manifest.files.filter((file) => file !== "dist" && !file.startsWith("!"));
    const tops = files.map((file) => file.split("/")[0]);
    for (const top of new Set([...tops, "src", "bench", "package-lock.json"])) {
      expect(ignored.split("\n")).toContain(`!${top}`);
    }
    // The secrets of compose.yaml are in none of them.
    expect(ignored).toMatch(/\n!deploy\n.*\ndeploy\/docker\/secrets\n$/s);
    expect(manifest.files).toContain("!deploy/docker/secrets");
  });
});

const why = whyNoContainer();
const unless = why === undefined ? "" : ` (skipped: ${why})`;

describe.skipIf(why !== undefined)(`the command of the image${unless}`, () => {
  const image = readImage(path);
  const [program, script = "", ...more] = [...image.entrypoint, ...image.command];

  /** The package is not built here: its source runs instead. */
  const command = [
    process.execPath,
    script.replace("node_modules/manycore/dist/", ""),
    ...more,
  ] as const;

  /** What Kubernetes asks of it. */
  const manifest = readFileSync(new URL("deploy/kubernetes/manycore.yaml", root), "utf8");
  const probes = [...manifest.matchAll(/httpGet: \{ path: (\S+), port: (\w+) \}/g)].map(
    ([, path, port]) => ({ path, port }),
  );

  test("is Node with the server, without a shell", () => {
    expect([program, script, ...more]).toEqual([
      "node",
      "node_modules/manycore/dist/src/manycore.js",
      "serve",
    ]);
  });

  test("serves as process 1, and drains on SIGTERM", async () => {
    using folder = new Folder();
    const options = { ...image, data: folder.path };
    const [, ...check] = image.healthcheck;
    expect(exitCodeAlone(check, options)).toBe(1); // There is no server.

    await using server = new ContainerProcess(command, options);
    await server.printed(/^manycore at http/m);
    expect(server.output).toContain("mode threads");
    expect(server.output).toContain("(pid 1;");
    await server.exec(check);

    const ask = `fetch("http://127.0.0.1:8000/jobs", {
      method: "POST",
      headers: { "content-type": "application/json", prefer: "wait=60" },
      body: JSON.stringify({ task: "primes", input: { limit: 1000 } }),
    }).then((answer) => answer.text()).then(console.log)`;
    expect(await server.exec(["--eval", ask])).toContain('"state":"succeeded"');

    expect(probes).toHaveLength(3);
    for (const { path, port } of probes) {
      const probe = `fetch("http://127.0.0.1:${port === "http" ? 8000 : 8001}${path}")`;
      expect(await server.exec(["--print", `${probe}.then(({ ok }) => console.log(ok))`])).toMatch(
        /^true$/m,
      );
    }

    server.signal("SIGTERM");
    expect(await server.exited).toEqual({ code: 0 });
    expect(server.output).not.toMatch(/EROFS|EACCES|EPERM|"level":"(error|fatal)"/);
  });
});
