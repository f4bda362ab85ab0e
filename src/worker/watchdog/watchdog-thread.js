// The watchdog: a thread beside a worker's event loop, which that loop cannot hold up. It kills the
// process when the loop does not turn any more, and when the primary is gone.
//
// Plain JavaScript: see loop-board.js.
import { Socket } from "node:net";
import { workerData } from "node:worker_threads";
import { LoopBoard } from "./loop-board.js";
import { Patience } from "./patience.js";

/**
 * @typedef {object} WatchdogData
 * @property {SharedArrayBuffer} memory of the LoopBoard
 * @property {number} loopStartedAt the monotonic time, in ms, at which the loop's own clock was 0
 * @property {number} lifeline file descriptor of the pipe to the primary
 * @property {number} primary pid of the primary
 * @property {import("./patience.js").PatienceOptions} patience
 */

/** Time for Node to exit by itself, as it does when the channel to the primary closes. */
const byItselfMs = 1000;
/** Longest wait for the last message to leave. */
const lastWordsMs = 500;

/** @type {WatchdogData} */
const { memory, loopStartedAt, lifeline: descriptor, primary, patience } = workerData;
const board = new LoopBoard(memory);
const own = monotonicMs() - performance.now();
const now = () => performance.now() + own - loopStartedAt;
const watched = new Patience(patience, now());
const lifeline = openLifeline();
const looking = setInterval(look, patience.lookMs);

function look() {
  // In case the lifeline is missing: an orphan has another parent (not on Windows).
  if (process.ppid !== primary) orphaned();
  const at = now();
  // Read before `turnedAt`: a run that ends writes `turnedAt` first, then clears its deadline.
  const { deadline, latestDeadline } = board;
  const heldMs = watched.look(at, board.turnedAt, deadline, latestDeadline);
  if (heldMs > 0) endHeld(heldMs);
}

/** @param {number} heldMs */
function endHeld(heldMs) {
  clearInterval(looking);
  if (!lifeline?.writable) return end();
  const { runs } = board;
  const note = { name: "hung", args: { message: reasonOf(heldMs, runs), runs } };
  const envelope = { service: "supervision", items: [note] };
  lifeline.write(`${JSON.stringify(envelope)}\n`, end);
  setTimeout(end, lastWordsMs);
}

/**
 * @param {number} heldMs
 * @param {import("../../channel/supervision.ts").HungRun[]} runs
 */
function reasonOf(heldMs, runs) {
  const held = `its event loop did not turn for ${(heldMs / 1000).toFixed(1)} s`;
  const names = runs.map(nameOf);
  const by = names.length === 0 ? "" : `, held by ${names.join(" or by ")}`;
  return `${held}${by} (--hang-timeout)`;
}

/** @param {import("../../channel/supervision.ts").HungRun} run */
function nameOf({ task, by, attempt }) {
  const what = {
    asked: `what ${task} does before its run`,
    output: `the writing of a result of ${task}`,
    run: `a run of ${task}`,
  }[by ?? "run"];
  return attempt ? `${what} (job ${attempt.id})` : what;
}

function orphaned() {
  clearInterval(looking);
  setTimeout(end, byItselfMs);
}

/** Unlike process.exit, this does not wait for threads in native code. */
function end() {
  process.kill(process.pid, "SIGKILL");
}

/** The kernel closes the other end when the primary ends, however it ends. */
function openLifeline() {
  try {
    const socket = new Socket({ fd: descriptor, readable: true, writable: true });
    return socket
      .on("error", () => {})
      .on("close", orphaned)
      .resume();
  } catch {
    return undefined; // No pipe here. `look` checks the parent instead.
  }
}

function monotonicMs() {
  return Number(process.hrtime.bigint()) / 1e6;
}
