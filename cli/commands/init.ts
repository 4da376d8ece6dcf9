import { command } from "../command";
import { init } from "../../operations/lab";
import { wantedTopology } from "../../operations/engine/conditions";
import { stackOf } from "../../operations/engine/stack";

export default command(
  {
    name: "init",
    kind: "sets up",
    brings: "host",
    summary:
      "prepare all that plain pulumi needs: toolchain, image, libvirt, the stack and its configuration; deploy nothing",
    details: ["`up` does this too. Afterwards `env` prints the environment in which `pulumi up` deploys the lab."],
    lab: "operand",
    examples: ["init nat"],
  },
  async ({ lab }) => {
    await init(stackOf(lab));
    return 0;
  },
  ({ lab }) => void wantedTopology(stackOf(lab)),
);
