import { command } from "../command";
import { findLab, inSession } from "../deployed";
import { differencesSaid } from "../drift/difference";
import { tellOtherVersion } from "../otherVersion";
import { stackOf } from "../stack";

export default command(
  {
    name: "drift",
    kind: "reads",
    summary: "show where the lab differs from its topology: libvirt's objects, files, units, tables, VIPs",
    lab: "operand",
    options: { json: { what: "print one JSON document" } },
    exits: { 0: "no drift", 1: "some drift" },
  },
  async ({ lab, options: { json } }) => {
    const found = await findLab(stackOf(lab));
    // It loads the components and Pulumi's SDK, which takes two seconds: do so only if there is a lab.
    const { drift } = require("../drift") as typeof import("../drift");
    const all = await inSession(found, (session) => {
      tellOtherVersion(session);
      return drift(found, session);
    });
    console.log(differencesSaid(found.stack.name, all, json));
    return all.length === 0 ? 0 : 1;
  },
);
