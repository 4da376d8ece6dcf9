import * as fs from "node:fs";
import { nothingIn } from "../engine/deployed";
import { namesOf, serialLogOf } from "../naming";
import { UserError } from "../../model/userError";
import { platformUri } from "../platforms";
import type { Stack } from "../engine/stack";

/** The serial log of a node's domain, with what its kernel and systemd wrote while booting. */
export function serialLog(stack: Stack, node: string): string {
  const { domains } = namesOf(stack);
  const domain = domains.find(([name]) => name === node)?.[1];
  if (domain === undefined)
    throw new UserError(`node: got ${node}, need one of: ${domains.map(([name]) => name).join(", ")}`);
  if (platformUri(stack) === undefined) throw nothingIn(stack);
  const log = serialLogOf(stack, domain);
  if (!fs.existsSync(log)) throw new UserError(`there is no ${log}: ${domain} was not started here`);
  return fs.readFileSync(log, "utf8");
}
