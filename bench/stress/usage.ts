import { typedHere } from "../command/command-line.ts";

/** What `--help` prints. */
export function usageText(): string {
  return `Usage: ${typedHere("stress", "[OPTIONS] [URL] [-- SERVER FLAGS]")}

${text}`;
}

const text = `\
Finds the highest rate of requests that meets an objective, then overloads the target to show how
it sheds, then checks that it recovers. Without a URL it starts manycore and loads that.

What is loaded:
  URL                  an http:// URL that runs already; without --task it is loaded as it is
  --task NAME          a task of manycore (default hash)
  --tasks FILE         a module of your own tasks, for the server that is started; may be given several
                       times
  --input JSON         its input (default: the task's example; of hash, its defaults, about 50 ms)
  --method M, --body TEXT, --header 'NAME: VALUE' (repeatable)
                       of a URL that is loaded as it is; --header goes with a task, too
  --i-own-this-host    allows a URL whose host is not this machine
  --mode MODE          of the server that is started: single, cluster, threads, hybrid or libuv
  --server-flags "..." more flags for it; everything after -- is one, too

What is asked of it:
  --slo OBJECTIVE      repeatable: p50, p75, p90, p95, p99, p99.9 or max (p99=200ms), or
                       errors (errors=0.1%). Default: p99=500ms and errors=1%, and where none is
                       given for errors, errors=1%. 503 and 429 are errors here

Bounds, which always hold:
  --max-rate N         most requests a second of what is loaded (default 10000), in every phase. Beside
                       an overload come two more, to look at refusals; beside all load of manycore,
                       ten or fewer of GET /
  --max-seconds S      most time to measure in (default 240). All phases are scaled into it: with less,
                       steps and overloads are shorter, and the answer is less sure. To end a server
                       that was started takes some seconds more where it still has work
  --connections N      most connections (default 1000)
  --step-seconds S     longest step of the search (default 10; at most a twelfth of --max-seconds);
                       one that confirms takes up to twice as long
  --hold-seconds S     longest overload (default 15; a quarter of the time that is left, or a third for
                       the last one, where that is less)

What comes out:
  --json               the result as JSON on stdout, instead of words
  --out DIR            writes stress.json and stress.html there
  --seed N             of the random arrivals (default 1)
  --help

Search: double the rate until a step misses the objectives, then bisect to within 10 %. A step is met
where the upper 95 % confidence bound of its percentile is within the objective (of p99, where none
of 299 requests is slower, or one of 473). It is missed where even the lower bound is past it, the
errors are too many, or its queue grew. Steps take from 3 s to --step-seconds; one that shows neither
is measured again for longer, and then counts as missed. A longer step then confirms the rate that was
found; where it misses, the rate goes down by a notch of 10 %, twice at most. A step that the generator
could not drive is INVALID: it is repeated once, and is never a finding.
Exit codes: 0 done; 1 it could not run to its end; 2 wrong usage; 130 ended by Ctrl-C, 143 by SIGTERM,
129 by SIGHUP. What was measured is printed and written in every case.
`;
