import { command } from "../command";
import { findLab } from "../../operations/engine/deployed";
import { inventoryList, inventoryOf, inventoryText } from "../../operations/session/ansibleInventory";
import { wayTo } from "../../operations/session/login";
import { stackOf } from "../../operations/engine/stack";

export default command(
  {
    name: "inventory",
    kind: "changes",
    summary: "print an Ansible inventory of the guests, grouped by role",
    details: [
      "It prints YAML, or with --json the answer of an inventory script. Key and host keys are the files that ssh-config writes.",
      "The guest image has no Python: Ansible's module raw works at once, other modules after Python is installed.",
    ],
    lab: "operand",
    options: { json: { what: "print one JSON document" } },
    examples: ["inventory >hosts.yaml && ansible -i hosts.yaml web_servers -m raw -a uptime"],
  },
  async ({ lab, options: { json } }) => {
    const found = await findLab(stackOf(lab));
    const inventory = inventoryOf(found.lab, wayTo(found));
    process.stdout.write(json ? `${JSON.stringify(inventoryList(inventory), null, 2)}\n` : inventoryText(inventory));
    return 0;
  },
);
