import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Config,
  encodeWorkerConfig,
  parseConfig,
  readWorkerConfig,
} from "../../src/config/config.ts";
import { variablesOf } from "../../src/config/option.ts";
import { optionKeys, optionNames, optionOf } from "../../src/config/options.ts";

function configOf(argv: readonly string[], env: Record<string, string> = {}, cores = 4): Config {
  const parsed = parseConfig(argv, env, cores);
  if (parsed.kind !== "serve") throw new Error(`not a configuration: ${JSON.stringify(parsed)}`);
  return parsed.config;
}

function errorsOf(argv: readonly string[], env: Record<string, string> = {}): readonly string[] {
  const parsed = parseConfig(argv, env, 4);
  if (parsed.kind !== "errors") throw new Error(`no errors: ${JSON.stringify(parsed)}`);
  return parsed.errors;
}

describe("the defaults", () => {
  test("leave nothing at auto but the format of the log", () => {
    const { logFormat, ...others } = configOf([]);
    expect(logFormat).toBe("auto");
    expect(Object.values(others)).not.toContain("auto");
    expect(others).toMatchObject({
      ...{ host: "127.0.0.1", port: 8000, setBy: {} },
      ...{ mode: "cluster", overrides: [], cores: 4 },
      ...{ workers: 4, threads: 0, executor: "inline", slots: 1 },
      ...{ queueTimeoutMs: 10_000, bodyLimitBytes: 1_048_576, taskFiles: [] },
      queue: { kind: "sqlite", path: "manycore.db" },
    });
  });

  test("come from the mode, and a knob set by hand wins", () => {
    expect(configOf(["--mode", "threads"])).toMatchObject({ workers: 1, threads: 4, slots: 4 });
    expect(configOf(["--workers", "3"]).overrides).toEqual(["--workers 3"]);
  });

  test("are frozen, lists included", () => {
    const config = configOf(["--tasks", "a.ts"]);
    expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
    expect(() => Object.assign(config.taskFiles, ["b.ts"])).toThrow(TypeError);
  });
});

describe("precedence", () => {
  test("a flag that npm kept for itself is reported", () => {
    const env = { npm_lifecycle_event: "start", npm_config_max_pending: "5" };
    expect(errorsOf([], env)).toEqual([
      "npm kept --max-pending for itself. Put a lone -- before: npm start -- --max-pending …",
    ]);
    expect(configOf([], { npm_config_port: "9000" }).port).toBe(8000);
  });

  test("a flag wins over MANYCORE_PORT, and that over PORT", () => {
    const env = { MANYCORE_PORT: "2", PORT: "3" };
    expect(configOf(["--port", "1"], env).port).toBe(1);
    expect(configOf([], env).port).toBe(2);
    expect(configOf([], { PORT: "3", HOST: "::1" })).toMatchObject({ port: 3, host: "::1" });
  });

  describe("HOST", () => {
    const addresses = ["127.0.0.1", "10.1.2.3", "fe80::1", "2001:db8::7"];
    const parse = (HOST: string, argv: readonly string[] = [], env = {}) => {
      const parsed = parseConfig(argv, { HOST, ...env }, 4, addresses);
      if (parsed.kind !== "serve") throw new Error(`not served with HOST=${HOST}`);
      return parsed;
    };

    test.each([
      ...["127.0.0.1", "127.1.2.3", "0.0.0.0", "::", "::1", "localhost", "10.1.2.3"],
      ...["2001:db8::7", "2001:0DB8:0::7", "fe80::1%eth0", "0:0:0:0:0:0:0:1"],
    ])("%s is one to listen on", (host) => {
      expect(parse(host)).toMatchObject({
        warnings: [],
        config: { host, setBy: { host: "HOST" } },
      });
    });

    test.each([
      ...["x86_64-conda-linux-gnu", "my-machine", "example.org", "a b", "*", "1", "10.1.2.4"],
      ...["192.0.2.1", "2001:db8::8", "127.0.0.1:80", "[::1]", "http://127.0.0.1"],
    ])("%s is not, and a warning says so", (host) => {
      const { config, warnings } = parse(host);
      expect(config).toMatchObject({ host: "127.0.0.1", setBy: {} });
      expect(warnings).toEqual([
        `HOST=${host} is not an address of this machine, so it is not used. Set the address with --host or MANYCORE_HOST`,
      ]);
    });

    test("does not matter where the address is set otherwise", () => {
      const host = "x86_64-conda-linux-gnu";
      expect(parse(host, ["--host", "::1"]).warnings).toEqual([]);
      expect(parse(host, [], { MANYCORE_HOST: "example.org" })).toMatchObject({
        warnings: [],
        config: { host: "example.org", setBy: { host: "MANYCORE_HOST" } },
      });
    });
  });

  test("the last one counts of a flag that comes twice", () => {
    expect(configOf(["--port", "x", "--port", "2"]).port).toBe(2);
  });

  test("an empty variable counts as not set", () => {
    expect(configOf([], { MANYCORE_PORT: "", PORT: "3", MANYCORE_TYPO: "" }).port).toBe(3);
  });

  test("a shorter request timeout shortens the headers timeout", () => {
    expect(configOf(["--request-timeout", "5s"]).headersTimeoutMs).toBe(5000);
  });
});

describe("mistakes", () => {
  test("are all reported at once, each with its place", () => {
    const argv = ["--port", "70000", "--prot=1", "serve", "--mode", "fast", "--run-timeout", "10"];
    expect(
      errorsOf(argv, { MANYCORE_CORES: "-1", MANYCORE_WORKER: "3", MANYCORE_HOST: "a b" }),
    ).toEqual([
      'Unknown flag "--prot". Did you mean --port?',
      'The command "serve" must come first: npm start',
      "Unknown variable MANYCORE_WORKER. Did you mean MANYCORE_WORKERS?",
      'MANYCORE_HOST: "a b" is not allowed. Use an IP address or a host name',
      '--port: "70000" is not allowed. Use a whole number from 0 to 65535',
      '--mode: "fast" is not allowed. Use single, cluster, threads, hybrid or libuv',
      'MANYCORE_CORES: "-1" is not allowed. Use auto, or a whole number from 1 to 1024',
      '--run-timeout: "10" is not allowed. Add a unit: 10ms, 10s, 10m or 10h. Use a time from 1ms to 24h (ms, s, m or h)',
    ]);
  });

  test.each([
    ["--worker", "--workers"],
    ["--no-port", "--port"],
    ["-port", "--port"],
    ["--log_level", "--log-level"],
    ["--PORT", undefined],
    ["--hepl", "--help"],
    ["-q", undefined],
    ["-x", undefined],
    ["--colour-of-the-walls", undefined],
    ["--__proto__", undefined],
    ["--toString", undefined],
  ])("%s is unknown and suggests %s", (flag, meant) => {
    const advice = meant === undefined ? "See --help" : `Did you mean ${meant}?`;
    expect(errorsOf([flag])).toEqual([`Unknown flag "${flag}". ${advice}`]);
  });

  test.each([
    [["double"], "There is no such file or folder here, and no such package"],
    [["help"], "Did you mean --help?"],
    [["benhc"], 'Unknown command "benhc". Did you mean npm run bench?'],
    [["sevre"], 'Unknown command "sevre". Did you mean npm start?'],
    [["serve", "strses"], "Did you mean npm run stress?"],
    [["--port", "1", "bench"], 'The command "bench" must come first: npm run bench'],
    [["9000"], 'Unexpected argument "9000".'],
    [["-p", "x"], '-p: "x" is not allowed.'],
    [["--body-limit", "1m"], "Did you mean 1mb? Use a size"],
    [["--body-limit", "64KiB"], "Did you mean 64kb? Use a size"],
    [["--queue", "jobs.db"], "Did you mean sqlite:jobs.db? Use sqlite:PATH"],
  ])("%j is reported with what may have been meant: %s", (argv, advice) => {
    expect(errorsOf(argv)[0]).toContain(advice);
  });

  test("what follows an unknown flag is no second mistake", () => {
    expect(errorsOf(["--prot", "9000"])).toEqual(['Unknown flag "--prot". Did you mean --port?']);
    expect(errorsOf(["--prot=9000", "9001"])).toHaveLength(2);
    expect(errorsOf(["--prot", "9000", "9001"])).toHaveLength(2);
  });

  test("a flag is not taken for the value of the flag before it", () => {
    expect(errorsOf(["--host", "--port", "x"])).toEqual([
      "--host needs a value. Use an IP address or a host name",
      '--port: "x" is not allowed. Use a whole number from 0 to 65535',
    ]);
    expect(errorsOf(["--port", "-5"])[0]).toMatch(/^--port: "-5" is not allowed/);
  });

  test("what follows -- is no flag", () => {
    expect(errorsOf(["--", "--port", "9000", "-p1"])).toEqual([
      'Unexpected argument "--port". After a lone -- nothing is a flag: leave the -- out',
      'Unexpected argument "-p1". After a lone -- nothing is a flag: leave the -- out',
    ]);
    expect(configOf(["--", "-a.ts"]).taskFiles).toEqual(["-a.ts"]);
  });

  test("an executor that computes on threads needs one", () => {
    expect(errorsOf(["--executor", "threads", "--threads", "0"])).toEqual([
      "--threads 0: the executor threads computes on threads and needs one. Use --threads 1 or more, --threads auto, or --executor inline",
    ]);
    expect(errorsOf(["--mode", "libuv", "--threads", "0"])[0]).toMatch(/executor libuv/);
    expect(configOf(["--mode", "threads", "--executor", "inline", "--threads", "0"]).threads).toBe(
      0,
    );
  });

  test("headers that may take longer than the whole request, which Node refuses to serve", () => {
    expect(errorsOf(["--headers-timeout", "40s"])).toEqual([
      "--headers-timeout: 40s is longer than the request timeout (30s), which includes the headers. Shorten it, or raise --request-timeout",
    ]);
    expect(errorsOf(["--headers-timeout", "40s", "--request-timeout", "x"])).toHaveLength(1);
  });

  test("the variables of a Kubernetes service named manycore are no settings", () => {
    const env = {
      MANYCORE_SERVICE_HOST: "10.0.0.1",
      MANYCORE_SERVICE_PORT: "80",
      MANYCORE_SERVICE_PORT_HTTP: "80",
      MANYCORE_PORT: "tcp://10.0.0.1:80",
      MANYCORE_PORT_80_TCP: "tcp://10.0.0.1:80",
      MANYCORE_PORT_80_TCP_ADDR: "10.0.0.1",
      PORT: "9",
    };
    expect(configOf([], env).port).toBe(9);
  });
});

describe("serve [FLAGS] [FILE...]", () => {
  test("files are those of --tasks, in the order in which they stand", () => {
    const files = ["serve", "a.js", "--tasks", "b.ts", "-p", "9000", "./c", "d/e"];
    expect(configOf(files)).toMatchObject({
      port: 9000,
      taskFiles: ["a.js", "b.ts", "./c", "d/e"],
    });
    expect(configOf(files.slice(1))).toMatchObject({ port: 9000, setBy: { port: "-p" } });
    expect(configOf(["a.js"], { MANYCORE_TASKS: "b.js" }).taskFiles).toEqual(["a.js"]);
  });

  test("one mistake of -p is one line", () => {
    expect(errorsOf(["-p", "70000"])).toHaveLength(1);
    expect(errorsOf(["-p"])).toEqual(["-p needs a value. Use a whole number from 0 to 65535"]);
    expect(configOf(["-p9000"]).port).toBe(9000);
  });

  test("the value of a flag that npm kept is no second mistake", () => {
    const env = { npm_lifecycle_event: "start", npm_config_port: "true" };
    expect(errorsOf(["9000"], env)).toEqual([expect.stringMatching(/^npm kept --port/)]);
  });

  test("WEB_CONCURRENCY sets the workers, unless a setting of ours does", () => {
    expect(configOf([], { WEB_CONCURRENCY: "3" }).workers).toBe(3);
    expect(configOf(["--workers", "2"], { WEB_CONCURRENCY: "3" }).workers).toBe(2);
    expect(configOf([], { WEB_CONCURRENCY: "x", MANYCORE_WORKERS: "2" }).workers).toBe(2);
    expect(errorsOf([], { WEB_CONCURRENCY: "x" })[0]).toMatch(/^WEB_CONCURRENCY: "x" is not/);
  });
});

describe("--help and --version", () => {
  test.each([["--help"], ["-h"], ["--port", "--help"], ["-vh"]])(
    "%s %s shows the help",
    (...argv) => {
      const parsed = parseConfig([...argv, "--port", "x"], { MANYCORE_TYPO: "1" }, 4);
      expect(parsed.kind).toBe("help");
    },
  );

  test.each(["--version", "-v"])("%s wins over mistakes", (flag) => {
    expect(parseConfig([flag, "--typo"], {}, 4)).toEqual({ kind: "version" });
  });
});

describe("any input", () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom("--", "-", "--=", "-h", "--port", "--tasks", "--no-", "auto", "10s"),
    fc
      .tuple(fc.constantFrom(...optionNames), fc.string())
      .map(([name, text]) => `--${name}=${text}`),
  );

  test("gives a configuration or errors, and never throws", () => {
    const variables = fc.dictionary(
      fc.oneof(fc.constantFrom(...optionKeys.map(optionOf).flatMap(variablesOf)), fc.string()),
      fc.option(fc.string(), { nil: undefined }),
    );
    fc.assert(
      fc.property(fc.array(word), variables, fc.nat(200), (argv, env, cores) => {
        const parsed = parseConfig(argv, env, cores);
        if (parsed.kind === "errors") {
          expect(parsed.errors.length).toBeGreaterThan(0);
          expect(new Set(parsed.errors).size).toBe(parsed.errors.length);
        }
        if (parsed.kind === "serve") expect(Object.isFrozen(parsed.config)).toBe(true);
      }),
    );
  });
});

describe("a worker's configuration", () => {
  test("is what the primary encoded, frozen, whatever else the environment has", () => {
    const config = configOf(["--tasks", "a b.ts", "--mode", "hybrid"]);
    const env = encodeWorkerConfig(config, 3);
    const read = readWorkerConfig({ MANYCORE_PORT: "1", ...env });
    expect(read).toEqual({ config, worker: 3, services: {} });
    expect(Object.isFrozen(read.config) && Object.isFrozen(read.config.taskFiles)).toBe(true);
    expect(parseConfig([], env, 4).kind).toBe("serve");
  });

  test.each([undefined, "", "{", "null", "3", "{}", '{"worker":1}'])(
    "cannot be read from %j",
    (MANYCORE_WORKER_CONFIG) => {
      expect(() => readWorkerConfig({ MANYCORE_WORKER_CONFIG })).toThrow(/start a worker through/);
    },
  );
});
