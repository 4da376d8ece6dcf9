import { command } from "../command";
import { findLab } from "../../operations/engine/deployed";
import { Snapshots, snapshotTable } from "../../operations/snapshots";
import { stackOf } from "../../operations/engine/stack";

export default command(
  {
    name: "snapshots",
    kind: "reads",
    summary: "list the lab's snapshots",
    lab: "operand",
    options: { json: { what: "print one JSON document" } },
  },
  async ({ lab, options: { json } }) => {
    const found = await findLab(stackOf(lab));
    const all = await new Snapshots(found, found.lab).list();
    console.log(json ? JSON.stringify(all, null, 2) : snapshotTable(all));
    return 0;
  },
);
