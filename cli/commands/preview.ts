import { command } from "../command";
import { preview } from "../../operations/engine/preview";
import { stackOf } from "../../operations/engine/stack";

export default command(
  {
    name: "preview",
    kind: "sets up",
    brings: "modules",
    summary: "show what up would change; needs no libvirt, root, login or key",
    details: ["It installs the npm modules and the Pulumi toolchain if they are missing, and nothing else."],
    lab: "operand",
    options: {
      json: { what: "print Pulumi's JSON" },
      diff: { what: "print Pulumi's rich diff" },
      policy: { what: "also check the policies of policy/" },
    },
    exits: { 0: "the preview succeeded", 1: "a policy is broken" },
  },
  ({ lab, options }) => preview(stackOf(lab), options),
);
