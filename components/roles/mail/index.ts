import type { MailNode } from "../../../model/topology/node";
import type { Role } from "../role";
import { greeting } from "./ask";
import { MAIL } from "./checks";
import { mailSpoolSteps } from "./spool";

/** SMTP (RFC 5321). */
const PORT = { transport: "tcp", ports: [25] } as const;

/** A mail server: it greets with its host name, takes every mail and keeps it in a file. No mail leaves the machine. */
export const mail: Role<MailNode> = {
  component: "MailServer",
  after: [],
  secret: false,
  group: "mail_servers",
  drawn: { label: "mail server (SMTP)", pill: "SMTP", short: "mail server", colour: "nfs" },
  software: () => [],
  steps: () => mailSpoolSteps("0.0.0.0"),
  openings: () => [{ name: "SMTP", what: PORT }],
  listeners: () => [PORT],
  units: () => ({ "lvs-lab-mail.socket": "lvs-lab-mail.socket" }),
  asks: greeting,
  checks: MAIL,
};
