import { command } from "../command";
import { table } from "../../operations/terminal/table";
import { labRow, shippedLabs } from "../../operations/topologies";

export default command(
  {
    name: "list",
    kind: "pure",
    summary: "list the labs that come with this checkout",
    options: { json: { what: "print one JSON document" } },
  },
  ({ options: { json } }) => {
    const rows = shippedLabs().map(labRow);
    console.log(
      json
        ? JSON.stringify(
            rows.map(([name, document, nodes, memory, description]) => ({
              name,
              document,
              nodes: Number(nodes),
              memory,
              description,
            })),
            null,
            2,
          )
        : table([["LAB", "DOCUMENT", "NODES", "MEMORY", "WHAT IT TEACHES"], ...rows]),
    );
    return 0;
  },
);
