import { command } from "../command";
import { openLab } from "../../operations/lab";
import { differencesSaid } from "../../operations/drift/difference";
import { stackOf } from "../../operations/engine/stack";
import { settle } from "../options";

export default command(
  {
    name: "repair",
    kind: "changes",
    summary: "make the lab match its topology again",
    lab: "operand",
    options: { settle, json: { what: "what could not be mended, as one JSON document" } },
    exits: { 0: "no drift is left", 1: "some is" },
  },
  async ({ lab, options: { settle, json } }) => {
    const opened = await openLab(stackOf(lab));
    // Only where there is a lab: it comes with Pulumi's SDK, which takes two seconds to load.
    const { repair } = require("../../operations/drift") as typeof import("../../operations/drift");
    const rest = await repair(opened, settle);
    console.log(differencesSaid(opened.stack.name, rest, json));
    return rest.length === 0 ? 0 : 1;
  },
);
