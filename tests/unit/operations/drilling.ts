/** A program that changes something for a second and puts it back with another program, as a drill does. Then it would go on. */
import { run, withoutInterruption } from "../../../operations/run";

async function drill(): Promise<void> {
  try {
    process.stdout.write(await run(["sh", "-c", "echo changed >&2; sleep 1; echo seen"], { show: "errors" }));
  } finally {
    process.stdout.write(await run(["echo", "as it was"]));
  }
}

process.on("exit", () => process.stdout.write("tidied\n"));
void (process.argv[2] === "drill" ? withoutInterruption(drill) : drill()).then(() => console.log("went on"));
