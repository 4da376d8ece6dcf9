import { command } from "../command";
import { withSession } from "../../operations/engine/deployed";
import { cameUp, cameUpText, inspect, inspectionText } from "../../operations/session/inspect";
import type { Session } from "../../operations/session/session";
import { stackOf } from "../../operations/engine/stack";
import { paintFor } from "../../operations/terminal/terminal";
import { watch } from "../../operations/session/watch";

export default command(
  {
    name: "inspect",
    kind: "reads",
    summary: "show nodes, addresses, roles, VRRP state, IPVS tables, VIP, URL and how to log in",
    lab: "operand",
    options: {
      boot: { what: "show how each guest came up (forked or booted), and how long it took" },
      watch: { what: "repeat until Ctrl-C" },
      json: { what: "print one JSON document; with --watch one in each line" },
    },
    examples: ["inspect", "inspect nat --watch"],
  },
  ({ lab, options: { boot, watch: again, json } }) =>
    withSession(stackOf(lab), async (session) => {
      const paint = paintFor(process.stdout);
      if (boot) {
        const guests = await cameUp(session);
        console.log(json ? JSON.stringify(guests, null, 2) : cameUpText(guests, paint));
        return 0;
      }
      if (again) {
        await watch(async () =>
          json ? JSON.stringify(await inspect(session)) : `${clock()}\n\n${await told(session)}\n`,
        );
        return 0;
      }
      console.log(json ? JSON.stringify(await inspect(session), null, 2) : await told(session));
      return 0;
    }),
);

const told = async (session: Session): Promise<string> =>
  inspectionText(session.lab, await inspect(session), paintFor(process.stdout));

/** The time of day. */
const clock = (): string => new Date().toTimeString().slice(0, 8);
