import { command } from "../command";
import { destroy } from "../../operations/lab";
import { stackOf } from "../../operations/engine/stack";

export default command(
  {
    name: "destroy",
    kind: "changes",
    summary: "remove the lab: domains, volumes, networks, processes, files",
    lab: "operand",
  },
  async ({ lab }) => {
    await destroy(stackOf(lab));
    return 0;
  },
);
