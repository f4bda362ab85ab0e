/**
 * CPU time of this thread so far, in ms. `process.threadCpuUsage()` alone returns what Linux
 * recorded at its last tick or switch, often 4 ms ago: most runs of 1 ms would show none. Asking
 * for the CPU time of the whole process first makes Linux record that of the calling thread
 * (thread_group_cputime in kernel/sched/cputime.c). On other systems it does no harm.
 */
export function threadCpuMs(): number {
  process.cpuUsage();
  return roughThreadCpuMs();
}

/** What Linux recorded last. It may be some ms too low, and is cheaper to read. */
export function roughThreadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
