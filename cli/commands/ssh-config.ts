import { command } from "../command";
import { findLab } from "../deployed";
import { sshConfig, wayTo } from "../login";
import { stackOf } from "../stack";

export default command(
  {
    name: "ssh-config",
    kind: "changes",
    summary: "an OpenSSH configuration for ssh, scp, rsync and editors; each guest by the name of its domain",
    details: ["Key and host keys are written to the state folder, for their owner alone; destroy removes them."],
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
