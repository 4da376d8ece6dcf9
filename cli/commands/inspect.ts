import { command } from "../command";
import { withSession } from "../deployed";
import { cameUp, cameUpText, inspect, inspectionText } from "../inspect";
import { stackOf } from "../stack";

export default command(
  {
    name: "inspect",
    kind: "reads",
    summary: "nodes, addresses, roles, VRRP state, VIP, URL, how to log in",
    lab: "operand",
    options: {
      boot: { what: "how each guest came up (forked or booted), and how long it took" },
      json: { what: "one JSON document" },
    },
  },
  ({ lab, options: { boot, json } }) =>
    withSession(stackOf(lab), async (session) => {
      if (boot) {
        const guests = await cameUp(session);
        console.log(json ? JSON.stringify(guests, null, 2) : cameUpText(guests));
        return 0;
      }
      const inspection = await inspect(session);
      console.log(json ? JSON.stringify(inspection, null, 2) : inspectionText(session.lab, inspection));
      return 0;
    }),
);
