/**
 * A program that runs the engine on a lab as `up` does, with the `pulumi` on PATH, and prints the result. Its argument is the topology file.
 */
import type { EngineEvent } from "../../../../operations/engine/events";
import { runEngine } from "../../../../operations/engine/watched";
import { phase } from "../../../../operations/terminal/progress";
import { stopIfInterrupted } from "../../../../operations/run";
import type { LabHandle } from "../../../../operations/engine/handle";

const [file = ""] = process.argv.slice(2);
const handle: LabHandle = {
  stack: { name: "life", lab: file, file, configFile: `${file}.config`, local: true },
  host: { uri: "", embedded: true } as LabHandle["host"],
  env: {},
};

async function watch(): Promise<void> {
  const events: EngineEvent[] = [];
  const { code } = await phase("pulumi up", () => runEngine(handle, ["up"], { events }));
  stopIfInterrupted("go on");
  process.stdout.write(`ended with ${code} after ${events.length} events\n`);
}

void watch().catch((error: unknown) => {
  process.stdout.write(`${String(error)}\n`);
  process.exitCode = 2;
});
