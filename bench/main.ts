import { parseArgs } from "node:util";
import { UserError } from "../model/userError";
import { bootBench } from "./bootBench";
import { engineBench } from "./engineBench";
import { labBench } from "./labBench";
import { labsBench } from "./labsBench";
import { circumstances, keep } from "./results";
import { scaleBench } from "./scaleBench";
import { type Bench, figures, interleave, matrix, report } from "./rounds";

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  boot: bootBench,
  engine: engineBench,
  lab: labBench,
  labs: labsBench,
  scale: scaleBench,
};

async function main([verb = "", ...words]: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: words,
    options: {
      rounds: { type: "string", default: "3" },
      keep: { type: "boolean", default: false },
      peers: { type: "string" },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new UserError(`--rounds: got ${values.rounds}, need a whole number, 1 or more`);
  const make = benches[verb];
  if (make === undefined) throw new UserError(`got the bench ${verb}, need one of: ${Object.keys(benches).join(", ")}`);
  const command = ["bench", verb].join("/") + words.map((word) => ` ${word}`).join("");
  const about = await circumstances(command);
  const { peers, ratios } = await make();
  const wanted = values.peers?.split(",");
  const unknown = wanted?.find((name) => !peers.some((peer) => peer.name === name));
  if (unknown !== undefined)
    throw new UserError(`--peers: got ${unknown}, need some of: ${peers.map(({ name }) => name).join(",")}`);
  const samples = await interleave(
    rounds,
    peers.filter(({ name }) => wanted === undefined || wanted.includes(name)),
  );
  console.log(`\n${ratios.length === 0 ? matrix(samples) : `${report(samples, ratios)}\n\n${figures(samples)}`}\n`);
  if (values.keep) console.log(`raw rows: ${keep(verb, about, samples)}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(
    `bench: ${error instanceof UserError ? error.message : String((error as Error).stack ?? error)}\n`,
  );
  process.exitCode = 2;
});
