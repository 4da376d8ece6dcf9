import { mailServersOf } from "../../../model/topology/queries";
import { type Check, differs, each, runs } from "../../checks/check";

/** Checks of mail servers. */
export const MAIL: readonly Check[] = [
  {
    name: "greeting",
    title: "every mail server greets with its own name, and starts at boot",
    needs: "client",
    applies: (topology) => mailServersOf(topology).length > 0,
    judge: (topology, seen) =>
      each(
        mailServersOf(topology),
        seen,
        ({ name }, { units }) => [
          ...runs(units, "lvs-lab-mail.socket", "lvs-lab-mail.socket"),
          // RFC 5321, 4.2: the code 220 and the server's name.
          differs("the greeting", seen.client.asked[name]?.greeting ?? "", `220 ${name} SMTP`),
        ],
        mailServersOf(topology)
          .map(({ name }) => `${name}: 220 ${name} SMTP`)
          .join(", "),
      ),
  },
];
