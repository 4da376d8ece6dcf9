import { ConfigError } from "./error";
import { authPassProblems } from "./shape";

/** Answers a VRRP password that keepalived takes; throws a ConfigError that does not show it. `key` is where it came from. */
export function checkAuthPass(key: string, pass: string): string {
  const problems = authPassProblems(key, pass);
  if (problems.length > 0) throw new ConfigError("configuration of the stack", problems);
  return pass;
}
