/** The unit, started by a real systemd that is process 1 of a sandbox, with all of its protection. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { root } from "../helpers/documents.ts";
import { SystemdMachine, whyNoMachine } from "../helpers/systemd-machine.ts";

const unit = new URL("deploy/systemd/manycore.service", root);
const why = whyNoMachine();
const node = "/opt/manycore/node_modules/.bin/node";

/** The lines of the unit for a token, which stand in a comment. */
const withToken = readFileSync(unit, "utf8")
  .split("\n")
  .filter((line) => /^#(LoadCredential|Environment=MANYCORE_TOKEN_FILE)=/.test(line))
  .map((line) => line.slice(1).replace("/etc/manycore/token", "/units/token"));

const submit = `fetch("http://127.0.0.1:8000/jobs", {
  method: "POST",
  headers: { "content-type": "application/json", prefer: "wait=60", ...JSON.parse(process.argv[1]) },
  body: JSON.stringify({ task: "primes", input: { limit: 1000 } }),
}).then((answer) => answer.text()).then(console.log)`;

const whichWorker = `fetch("http://127.0.0.1:8000/readyz")
  .then((answer) => answer.json()).then(({ pid }) => console.log(pid), () => {})`;

test.skipIf(why !== undefined)(
  `systemd starts, reloads, watches and stops the server${why ? ` (skipped: ${why})` : ""}`,
  async () => {
    const settings = ["WatchdogSec=6s", "Environment=MANYCORE_WORKERS=1", ...withToken];
    const dropIn = ["[Service]", ...settings, ""].join("\n");
    await using machine = new SystemdMachine(unit, { dropIn, token: "a-token" });
    const state = () => machine.property("SubState");
    await expect.poll(state).toBe("running"); // It said READY=1.
    expect(await machine.property("StatusText")).toBe("Serving");
    const primary = await machine.property("MainPID");
    expect(await machine.run("stat", "--format=%U", `/proc/${primary}`)).toBe("manycore\n");
    const authorization = { authorization: "Bearer a-token" };
    const submitted = (headers: object) =>
      machine.run(node, "--eval", submit, JSON.stringify(headers));
    expect(await submitted(authorization)).toContain('"state":"succeeded"');
    expect(await submitted({})).toContain("/problems/unauthorized");

    const before = await machine.run(node, "--eval", whichWorker);
    await machine.run("systemctl", "reload", "manycore");
    await expect.poll(() => machine.run(node, "--eval", whichWorker)).not.toBe(before);
    await expect.poll(state).toBe("running");
    expect(await machine.property("MainPID")).toBe(primary);

    await machine.run("kill", "-STOP", primary); // As stuck as an event loop can be.
    await expect.poll(() => machine.property("NRestarts")).toBe("1");
    await expect.poll(state).toBe("running");
    expect(await machine.property("MainPID")).not.toBe(primary);

    await machine.run("systemctl", "stop", "manycore");
    expect(await machine.property("Result")).toBe("success");
    expect(await machine.property("ExecMainStatus")).toBe("0");
  },
);
