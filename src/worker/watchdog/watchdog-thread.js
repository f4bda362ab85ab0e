// The watchdog: a thread beside a worker's event loop, which that loop cannot hold up. It ends the
// process where the loop does not turn any more, and where the primary is gone.
//
// Plain JavaScript: see loop-board.js.
import { Socket } from "node:net";
import { workerData } from "node:worker_threads";
import { LoopBoard } from "./loop-board.js";
import { Patience } from "./patience.js";

/**
 * @typedef {object} WatchdogData
 * @property {SharedArrayBuffer} memory of the LoopBoard
 * @property {number} loopStartedAt what the monotonic clock said, ms, at 0 of the loop's own clock
 * @property {number} lifeline file descriptor of the pipe to the primary
 * @property {number} primary its pid
 * @property {import("./patience.js").PatienceOptions} patience
 */

/** For the loop to end the process by itself, as Node does when the channel to the primary closes. */
const byItselfMs = 1000;
/** For the last words to leave. */
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
  // Where there is no lifeline: a process whose parent is gone gets another one (not on Windows).
  if (process.ppid !== primary) orphaned();
  const at = now();
  // The deadlines before `turnedAt`: a run that ends writes that first, and then takes its own away.
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
  const names = runs.map(({ task, attempt }) => (attempt ? `${task} (job ${attempt.id})` : task));
  const by = names.length === 0 ? "" : `, held by a run of ${names.join(" or of ")}`;
  return `${held}${by} (--hang-timeout)`;
}

function orphaned() {
  clearInterval(looking);
  setTimeout(end, byItselfMs);
}

/** Nothing can hold this up, as process.exit is held up by a thread in native code. */
function end() {
  process.kill(process.pid, "SIGKILL");
}

/** The kernel closes the other end when the primary is gone, however that ended. */
function openLifeline() {
  try {
    const socket = new Socket({ fd: descriptor, readable: true, writable: true });
    return socket
      .on("error", () => {})
      .on("close", orphaned)
      .resume();
  } catch {
    return undefined; // It is no pipe here: `look` sees to it.
  }
}

function monotonicMs() {
  return Number(process.hrtime.bigint()) / 1e6;
}
