import { typedHere } from "../../command/command-line.ts";

/** What `--help` prints. */
export function usageText(): string {
  return `Usage: ${typedHere("bench", "[OPTIONS] [PART...]")}

${text}`;
}

const text = `\
Starts this server in every mode, loads it, checks every answer, and says what each way of using
the cores gains and costs for one task on this machine.

How long:
  --quick            about a minute
                     (neither: about three minutes)
  --full             about ten minutes: more modes of balance, sizes and rounds
  --smoke            every part and every question once, each as short as can be, to see that all
                     of it still works: two minutes or so; with --only gain, a few seconds
These are for runs of about 10 ms. Cells of longer runs are longer, so that they hold some twenty
of them; how long it all takes is said at the start.

What:
  --task NAME        a task of the server, asked for by POST (default hash, about 10 ms a run, by
                     GET /hash)
  --input JSON       its input (default: one that suits the task, or its example)
  --tasks FILE       a module of your own tasks; may be given several times
  --modes a,b        of single, cluster, threads, hybrid, libuv (default: all that can run the task)
  --cores N          how many cores to use (default: those of the machine)
  --rounds N         interleaved rounds of the comparison
  --seconds S        length of a cell: one variant in one round (latency cells are never shorter,
                     nor are the stretches of warm-up before the first round; from 1 s on, short
                     runs of hash go before each cell of it)
  --seed N           of orders and arrivals (default 1)
  --only a,b         parts, also as plain words:
                       gain        throughput, CPU time, GET / beside the load, start-up, memory
                       latency     gain, and the latency at several loads
                       placement   gain, and which worker answers
                       crossover   gain, and several lengths of runs (of hash) and sizes of inputs
                                   (of json), whatever the task is
                     or questions, each with a load of its own, whatever the task is:
                       overhead    what the server costs a request that computes nothing
                       overload    what happens at fifty times the capacity
                       generator   whether the load generator finds what wrk finds
                       jobs        what a durable job costs, beside BullMQ and pg-boss
                       jobs-light  how quick GET / is while jobs are submitted and run
                       jobs-recovery
                                   how soon a job runs again whose worker was killed
                       jobs-million
                                   whether a million queued jobs make the queue slow

Results:
  --out DIR          where bench.json and bench.html go (default bench-results)
  --json             the result as JSON on stdout, instead of a table
  --self-test        tests the load generator against servers of known latency (7 s)
  --help

Progress goes to stderr, results to stdout. Ctrl-C, SIGTERM or SIGHUP ends it with what was measured
so far of the parts; a question (overhead to jobs-million) is answered at its end only. A second one
ends it at once.
Exit code: 0; 1 a failure; 2 a wrong command line; 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.
`;
