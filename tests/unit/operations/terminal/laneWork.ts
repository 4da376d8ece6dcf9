/** Lanes with programs, for lanes.test.ts. The first word says how they end; the second is a folder to write to. */
import { Lanes, offLane } from "../../../../operations/terminal/lanes";
import { note, phase } from "../../../../operations/terminal/progress";
import { run, tryRun } from "../../../../operations/run";

const [, , how = "", folder = ""] = process.argv;
const until = (file: string): string => `until [ -e ${folder}/${file} ]; do sleep 0.05; done`;

async function main(): Promise<void> {
  const lanes = new Lanes();
  const begin = <T>(name: string, work: () => Promise<T>) => lanes.begin(name, () => phase(name, work));
  const slow = begin("slow", async () => {
    note("begins");
    // The program that it starts is ended with it, and says so after it has cleaned up.
    const child = `trap 'sleep 0.2; echo "put away" >&2; exit 130' INT; touch ${folder}/begun; ${until("never")}`;
    try {
      return await run(
        [
          "sh",
          "-c",
          how === "well" ? `echo line >&2; ${until("other")}` : `sh -c '${child.replaceAll("'", `'\\''`)}'; :`,
        ],
        {
          show: "errors",
        },
      );
    } finally {
      const { code } = await tryRun(["true"]);
      note(`begins more: ${code}, off its lane: ${(await offLane(() => tryRun(["true"]))).code}`);
    }
  });
  begin("other", async () => {
    if (how === "well") return run(["touch", `${folder}/other`]);
    await run(["sh", "-c", until("begun")]);
    if (how === "signal") process.kill(process.pid, "SIGINT");
    return run(["sh", "-c", how === "signal" ? until("never") : "echo broken >&2; exit 3"]);
  }).catch(() => undefined);
  lanes.begin("after", () => slow).catch(() => undefined);
  await lanes.end();
}

main().then(
  () => console.log("well"),
  (error: unknown) => console.log(String(error)),
);
