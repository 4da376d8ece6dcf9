import { command } from "../command";
import { leftovers, removeLeftovers } from "../../operations/engine/sweep";
import { stackOf } from "../../operations/engine/stack";
import { table } from "../../operations/terminal/table";

export default command(
  {
    name: "sweep",
    kind: "changes",
    summary: "list what labs left behind, or with --yes remove it",
    details: ["It finds only what bears a lab's mark. Without LAB it looks for all labs of this state folder."],
    lab: "operand",
    options: { yes: { what: "remove it" }, json: { what: "print one JSON document" } },
  },
  async ({ lab, options: { yes, json } }) => {
    const { host, found } = await leftovers(lab === undefined ? undefined : stackOf(lab));
    const rows = found.map(({ kind, name, id }) => [kind, name, id]);
    if (!json) console.log(found.length === 0 ? "nothing is left over" : table([["KIND", "NAME", "WHICH"], ...rows]));
    if (yes) await removeLeftovers(host, found);
    if (json) console.log(JSON.stringify({ found, removed: yes }, null, 2));
    else if (found.length > 0) console.log(yes ? `\n${found.length} removed` : "\nto remove them, add --yes");
    return 0;
  },
);
