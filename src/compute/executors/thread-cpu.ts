/**
 * CPU time of this thread so far, in ms. By itself `process.threadCpuUsage()` tells what Linux had
 * written down at its last tick or switch, often 4 ms ago: most runs of 1 ms would have taken none.
 * To ask for the CPU time of the whole process first makes Linux write down that of the calling
 * thread (thread_group_cputime in kernel/sched/cputime.c); elsewhere it does no harm.
 */
export function threadCpuMs(): number {
  process.cpuUsage();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
