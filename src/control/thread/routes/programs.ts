import type Router from "@koa/router";
import { z } from "zod";
import { modeNames } from "../../../config/modes.ts";
import { answerJson } from "../../../http/json.ts";
import { answerStream } from "../../../http/server-sent.ts";
import type { State } from "../../../http/services.ts";
import type { ServerLoadOrder } from "../../../telemetry/watch/server-load.ts";
import type { AboutServer } from "../../contract.ts";
import type { ProgramOptions } from "../programs/bench-program.ts";
import type { Programs } from "../programs/programs.ts";
import { readWish } from "./read-wish.ts";

/** The input becomes an argument of a process, which may have 128 KB on Linux. */
const bodyLimitBytes = 64 * 1024;

const taskName = z.string("must be the name of a task").min(1, "must be the name of a task");
const twoModes = "must be two different modes";

const contrastWish = z.strictObject({
  modes: z
    .array(z.enum(modeNames, `must be one of ${modeNames.join(", ")}`), twoModes)
    .refine((modes) => modes.length === 2 && modes[0] !== modes[1], twoModes),
  task: taskName.default("hash"),
  input: z.unknown().optional(),
});

const rate = "must be a number of requests a second, from 1 to 5000";
const time = "must be a number of seconds, from 1 to 120";

const loadWish = z.strictObject({
  task: taskName.default("hash"),
  input: z.unknown().optional(),
  perSecond: z.number(rate).min(1, rate).max(5000, rate),
  seconds: z.number(time).min(1, time).max(120, time).default(30),
});

/** The bench's turns for two modes: six rounds are as few as can be ranked. */
const turns = ["--quick", "--only", "gain", "--rounds", "6", "--seconds", "0.9"];

/** Runs the bench for the page: the same load on two modes, in turn; and a load on this server. */
export function servePrograms(
  router: Router<State>,
  programs: Programs,
  server: () => Pick<AboutServer, "url" | "taskFiles">,
): void {
  router.post("/contrast", async (ctx) => {
    const { modes, task, input } = await readWish(ctx, contrastWish, bodyLimitBytes);
    const own = server().taskFiles.flatMap((file) => [`--tasks=${file}`]);
    // In one word: `--input -1` would be two flags.
    const given = input === undefined ? [] : [`--input=${JSON.stringify(input)}`];
    const work = [...own, `--task=${task}`, ...given, `--modes=${modes.join(",")}`];
    programs.start("contrast", [...turns, ...work]);
    ctx.status = 202;
    answerJson(ctx, { events: "/contrast/events" });
  });

  router.post("/load", async (ctx) => {
    const { input = {}, ...wish } = await readWish(ctx, loadWish, bodyLimitBytes);
    const order: ServerLoadOrder = { ...wish, input, url: server().url, headers: {} };
    programs.start("load-server", [JSON.stringify(order)]);
    ctx.status = 202;
    answerJson(ctx, { events: "/load/events" });
  });

  serveRun("/contrast", "contrast");
  serveRun("/load", "load-server");

  function serveRun(path: string, name: ProgramOptions["name"]): void {
    router.get(path, (ctx) => {
      ctx.set("Cache-Control", "no-store");
      answerJson(ctx, { state: programs.stateOf(name) });
    });
    router.get(`${path}/events`, (ctx) => answerStream(ctx, programs.watch(name)));
    router.delete(path, (ctx) => {
      programs.stop(name);
      answerJson(ctx, { ending: true });
    });
  }
}
