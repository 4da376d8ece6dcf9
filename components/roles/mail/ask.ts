import * as fs from "node:fs";
import * as path from "node:path";
import type { MailNode } from "../../../model/topology/node";
import type { Ask } from "../../looks/ask";

/** The first line that a mail server says; "": nothing. */
export type WithGreeting = { readonly greeting?: string };

/** bash, because its redirections speak TCP: every machine has it. */
const program = fs.readFileSync(path.join(__dirname, "greet.sh"), "utf8");

export const greeting = {
  command: (_: MailNode, address: string) => ["bash", "-c", program, "greet", address, "25"],
  read: (_: MailNode, output: string) => ({ greeting: output.trim() }),
} satisfies Ask<MailNode, WithGreeting>;
