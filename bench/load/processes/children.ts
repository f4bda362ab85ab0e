import type { ChildProcess } from "node:child_process";

const children = new Set<ChildProcess>();

process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/**
 * Kills a child process when this one exits, whatever the reason: a second signal, or an uncaught
 * error. Normally the owner has ended the child before.
 */
export function endWithUs<Child extends ChildProcess>(child: Child): Child {
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}
