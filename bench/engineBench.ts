import * as fs from "node:fs";
import { inRoot } from "../operations/paths";
import { run } from "../operations/run";
import { stackOf } from "../operations/engine/stack";
import { readConfig } from "../operations/engine/stackConfig";
import { Product } from "./product";
import { terraformProvider } from "./provider";
import { recipe } from "./recipe";
import { type Bench, type Peer, timed } from "./rounds";
import { Terraform } from "./terraform";
import { writeTopology } from "./topology";
import { inWork, write } from "./work";

/** The engine's time without making anything. No guest starts. */
export async function engineBench(): Promise<Bench> {
  const file = writeTopology(false);
  const product = await Product.open(file);
  const terraform = new Terraform(await terraformProvider(), product.uri);
  terraform.configure(await recipe(file, readConfig(stackOf(file), "lvs-lab:accelerator") ?? "tcg"));
  const empty = emptyProgram();
  const preview = (folder: string, env: Readonly<Record<string, string>> = {}): Promise<string> =>
    run(["pulumi", "-C", folder, "preview", "--non-interactive", "--suppress-outputs"], {
      env: { ...product.env, ...env },
    });
  // ts-node keeps compiled files, so the first preview would take longer than the others.
  for (const folder of [empty, inRoot()]) await preview(folder);

  const peer = (name: string, work: () => Promise<unknown>, row = "preview"): Peer => ({
    name,
    measure: (tell) => timed(tell, row, work),
  });
  // Without kept files: the cost of the first preview after a change of the program.
  const fresh = { TS_NODE_CACHE: "false" };
  const parts: Readonly<Record<string, readonly string[]>> = {
    "Node.js starts": ["node", "-e", "0"],
    "and loads @pulumi/pulumi": ["node", "-e", `require("@pulumi/pulumi")`],
    "and loads TypeScript": ["node", "-e", `require("typescript")`],
    "and loads ajv and the schema": [
      "node",
      "--require",
      inRoot("node_modules/tsx/dist/cjs/index.cjs"),
      "-e",
      `require("${inRoot("model/topology/validate")}")`,
    ],
    "image/build --digest": [inRoot("image", "build"), "--digest"],
    "pulumi version": ["pulumi", "version"],
  };
  return {
    peers: [
      peer("lvs-lab", () => preview(inRoot())),
      peer("empty program", () => preview(empty)),
      peer("terraform", () => terraform.plan()),
      {
        name: "first preview after a change",
        measure: async (tell) => {
          await timed(tell, "types checked", () => preview(inRoot(), fresh));
          await timed(tell, "only transpiled", () =>
            preview(inRoot(), { ...fresh, PULUMI_NODEJS_TRANSPILE_ONLY: "true" }),
          );
        },
      },
      {
        name: "parts",
        measure: async (tell) => {
          for (const [row, argv] of Object.entries(parts))
            await timed(tell, row, () => run(argv, { env: product.env }));
        },
      },
    ],
    ratios: [
      {
        title: "preview of the default lab",
        row: "preview",
        peer: "lvs-lab",
        over: { peer: "empty program", row: "preview" },
        target: 1.5,
      },
      {
        title: "preview of the default lab",
        row: "preview",
        peer: "lvs-lab",
        over: { peer: "terraform", row: "preview" },
      },
    ],
  };
}

/** An empty program of the same project, loaded in the same way. */
function emptyProgram(): string {
  for (const file of ["Pulumi.yaml", "tsconfig.json"]) write(`empty/${file}`, fs.readFileSync(inRoot(file), "utf8"));
  write("empty/package.json", JSON.stringify({ name: "empty", main: "index.ts" }));
  write("empty/index.ts", `import * as pulumi from "@pulumi/pulumi";\nexport const nothing = pulumi.output(0);\n`);
  const modules = inWork("empty", "node_modules");
  if (!fs.existsSync(modules)) fs.symlinkSync(inRoot("node_modules"), modules);
  return inWork("empty");
}
