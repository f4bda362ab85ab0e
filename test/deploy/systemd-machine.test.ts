/** The unit, started by a real systemd that is process 1 of a sandbox, with all of its protection. */
import { expect, test } from "vitest";
import { root } from "../helpers/documents.ts";
import { SystemdMachine, whyNoMachine } from "../helpers/systemd-machine.ts";

const unit = new URL("deploy/systemd/manycore.service", root);
const why = whyNoMachine();
const node = "/opt/manycore/node_modules/.bin/node";

const submit = `fetch("http://127.0.0.1:8000/jobs", {
  method: "POST",
  headers: { "content-type": "application/json", prefer: "wait=60" },
  body: JSON.stringify({ task: "primes", input: { limit: 1000 } }),
}).then((answer) => answer.text()).then(console.log)`;

const whichWorker = `fetch("http://127.0.0.1:8000/readyz")
  .then((answer) => answer.json()).then(({ pid }) => console.log(pid), () => {})`;

test.skipIf(why !== undefined)(
  `systemd starts, reloads, watches and stops the server${why ? ` (skipped: ${why})` : ""}`,
  async () => {
    const dropIn = "[Service]\nWatchdogSec=6s\nEnvironment=MANYCORE_WORKERS=1\n";
    await using machine = new SystemdMachine(unit, dropIn);
    const state = () => machine.property("SubState");
    await expect.poll(state).toBe("running"); // It said READY=1.
    expect(await machine.property("StatusText")).toBe("Serving");
    const primary = await machine.property("MainPID");
    expect(await machine.run("stat", "--format=%U", `/proc/${primary}`)).toBe("manycore\n");
    expect(await machine.run(node, "--eval", submit)).toContain('"state":"succeeded"');

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
