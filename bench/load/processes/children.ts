import type { ChildProcess } from "node:child_process";

const children = new Set<ChildProcess>();

process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/**
 * Sees to it that a child process does not outlive this one, however this one ends: by a second
 * signal, or by an error that nobody caught. In any other case who started the child has ended it.
 */
export function endWithUs<Child extends ChildProcess>(child: Child): Child {
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}
