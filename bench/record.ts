/**
 * Prints the resources that the program registers for a topology file, as one JSON document, without an engine. Peers send exactly these
 * to libvirt and to the guests. Arguments: the file, the folder that keeps the keys, the accelerator.
 */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { cacheDir, inRoot } from "../operations/paths";
import { referenceTo } from "./recipe";

const [file = "", keys = "", accelerator = ""] = process.argv.slice(2);

/** The form of a secret on its way to the engine. */
const SECRET = "4dabf18193072939515e22adb298388d";

function revealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET in value && "value" in value) return revealed(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)]));
}

/** Runs functions with a result: keys, made once per name, and the image's files. */
function answer(name: string, create: string): string {
  const shell = (): string =>
    execFileSync("sh", ["-c", create], { cwd: inRoot(), encoding: "utf8", env: { ...process.env, CACHE: cacheDir } });
  if (create.includes("image/build")) return shell();
  if (!create.includes("ssh-keygen")) return "";
  const kept = path.join(keys, name);
  if (!fs.existsSync(kept)) fs.writeFileSync(kept, shell(), { mode: 0o600 });
  return fs.readFileSync(kept, "utf8");
}

async function main(): Promise<void> {
  const resources: { type: string; name: string; inputs: unknown }[] = [];
  pulumi.runtime.setAllConfig({
    "lvs-lab:lab": file,
    "lvs-lab:accelerator": accelerator,
    // With a host name the program does not check routes and namespaces. It is this host, because the client is a namespace.
    "libvirt:uri": "qemu+ssh://localhost/system",
  });
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom }) => {
        if (custom !== true) return { id: undefined, state: {} };
        const plain = revealed(inputs) as Record<string, unknown>;
        resources.push({ type, name, inputs: plain });
        const stdout = type === "command:local:Command" ? answer(name, String(plain.create)) : "";
        return { id: referenceTo(type, name), state: { ...plain, stdout } };
      },
      call: ({ token }) => {
        throw new Error(`the program calls ${token}`);
      },
    },
    "lvs-lab",
    "bench",
  );
  const program = require("../infra/index") as Record<string, unknown>;
  const outputs = await new Promise<unknown>((resolve) => {
    pulumi.unsecret(pulumi.output(plainExports(program))).apply(resolve);
  });
  await pulumi.runtime.disconnect();
  process.stdout.write(JSON.stringify({ resources, outputs }));
}

/** A module's exports without the loader's additions. */
const plainExports = (module: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(module).filter(([key]) => key !== "default" && key !== "module.exports"));

main().catch((error: unknown) => {
  process.stderr.write(`${String((error as Error).stack ?? error)}\n`);
  process.exitCode = 1;
});
