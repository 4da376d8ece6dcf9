import { serversOf } from "../../../model/topology/queries";
import { type Check, differs, each, runs } from "../../checks/check";
import { NO_ANSWER, sayAnswer } from "./ask";
import { questionsOf, servingUnits } from "./serving";

/** Checks of stand-ins. */
export const SERVERS: readonly Check[] = [
  {
    name: "servers",
    title: "every server answers with its own name in each of its protocols, and starts at boot",
    needs: "client",
    applies: (topology) => serversOf(topology).length > 0,
    judge: (topology, seen) =>
      each(
        serversOf(topology),
        seen,
        (node, { units }) => [
          ...Object.keys(servingUnits(node)).flatMap((unit) => runs(units, unit)),
          ...questionsOf(topology, node).map(({ what, want }) => {
            const got = seen.client.asked[node.name]?.answers?.[what] ?? NO_ANSWER;
            return differs(`the answer to ${what}`, sayAnswer(got), sayAnswer(want));
          }),
        ],
        serversOf(topology)
          .map(
            (node) =>
              `${node.name} answers ${questionsOf(topology, node)
                .map(({ what }) => what)
                .join(", ")}`,
          )
          .join("; "),
      ),
  },
];
