import { command } from "../command";
import { preview } from "../preview";
import { stackOf } from "../stack";

export default command(
  {
    name: "preview",
    kind: "sets up",
    brings: "modules",
    summary: "what up would change, without libvirt, root, login or key",
    details: ["It brings npm modules and the Pulumi toolchain where they are missing, and nothing else."],
    lab: "operand",
    options: {
      json: { what: "pulumi's JSON" },
      diff: { what: "pulumi's rich diff" },
      policy: { what: "and whether it holds what policy/ asks for" },
    },
    exits: { 0: "it can be previewed", 1: "a policy is broken" },
  },
  ({ lab, options }) => preview(stackOf(lab), options),
);
