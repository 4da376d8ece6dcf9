import { command } from "../command";
import { findLab } from "../deployed";
import { inventoryList, inventoryOf, inventoryText } from "../inventory";
import { wayTo } from "../login";
import { stackOf } from "../stack";

export default command(
  {
    name: "inventory",
    kind: "changes",
    summary: "an Ansible inventory of the guests, in groups by role",
    details: [
      "YAML, or with --json what an inventory script answers. Key and host keys are where ssh-config has them.",
      "The guest image has no Python: there Ansible's module raw works, and the others once Python is installed.",
    ],
    lab: "operand",
    options: { json: { what: "one JSON document" } },
    examples: ["inventory >hosts.yaml && ansible -i hosts.yaml web_servers -m raw -a uptime"],
  },
  async ({ lab, options: { json } }) => {
    const found = await findLab(stackOf(lab));
    const inventory = inventoryOf(found.lab, wayTo(found));
    process.stdout.write(json ? `${JSON.stringify(inventoryList(inventory), null, 2)}\n` : inventoryText(inventory));
    return 0;
  },
);
