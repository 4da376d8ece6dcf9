import { command } from "../command";
import { findLab } from "../../operations/engine/deployed";
import { sshConfig, wayTo } from "../../operations/session/login";
import { stackOf } from "../../operations/engine/stack";

export default command(
  {
    name: "ssh-config",
    kind: "changes",
    summary: "print an OpenSSH configuration for ssh, scp, rsync and editors; each guest has its domain's name",
    details: ["It writes key and host keys to the state folder, readable by their owner only; destroy removes them."],
    lab: "operand",
    examples: [
      "ssh-config >lab.conf && ssh -F lab.conf dr-keepalived-web1",
      "ssh-config >~/.ssh/lab.conf  # Include lab.conf",
    ],
  },
  async ({ lab }) => {
    const found = await findLab(stackOf(lab));
    process.stdout.write(sshConfig(found.lab, wayTo(found)));
    return 0;
  },
);
