import { command } from "../command";
import { findLab, inSession } from "../../operations/engine/deployed";
import { differencesSaid } from "../../operations/drift/difference";
import { tellOtherVersion } from "../../operations/engine/otherVersion";
import { stackOf } from "../../operations/engine/stack";

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
    const { drift } = require("../../operations/drift") as typeof import("../../operations/drift");
    const all = await inSession(found, (session) => {
      tellOtherVersion(session);
      return drift(found, session);
    });
    console.log(differencesSaid(found.stack.name, all, json));
    return all.length === 0 ? 0 : 1;
  },
);
