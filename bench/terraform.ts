import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { shellQuote } from "../model/shellQuote";
import { inRoot } from "../operations/paths";
import { run } from "../operations/run";
import { client, ofType, type Recipe, type Registered, references, scripts } from "./recipe";
import { inWork, write } from "./work";

/** Terraform with the same libvirt provider, in a folder of the bench. */
export class Terraform {
  constructor(
    provider: string,
    private readonly uri: string,
  ) {
    const overrides = { "dmacvicar/libvirt": provider };
    // There is no lock file, no checksum of the plugin at each start, and no download.
    const installation = `provider_installation {\n  dev_overrides ${hcl(overrides)}\n  direct {}\n}\n`;
    write("terraform/rc", `disable_checkpoint = true\n${installation}`);
  }

  /** Writes a lab as the wanted state. */
  configure(lab: Recipe): void {
    write("terraform/main.tf.json", JSON.stringify(render(lab, this.uri)));
  }

  /** The fastest settings of the manual: no refresh, no question, full parallelism. */
  apply(): Promise<string> {
    return this.terraform("apply", "-auto-approve", "-refresh=false", "-parallelism=64");
  }

  plan(): Promise<string> {
    return this.terraform("plan", "-refresh=false", "-parallelism=64");
  }

  destroy(): Promise<string> {
    return this.terraform("destroy", "-auto-approve", "-refresh=false", "-parallelism=64");
  }

  /** Removes its state after a destroy. */
  forget(): void {
    for (const file of ["terraform.tfstate", "terraform.tfstate.backup"])
      fs.rmSync(inWork("terraform", file), { force: true });
  }

  private terraform(verb: string, ...words: readonly string[]): Promise<string> {
    const env = { TF_CLI_CONFIG_FILE: inWork("terraform", "rc"), TF_IN_AUTOMATION: "1", CHECKPOINT_DISABLE: "1" };
    const chdir = `-chdir=${inWork("terraform")}`;
    return run([inRoot("host", "libvirtd"), "enter", "terraform", chdir, verb, "-input=false", "-no-color", ...words], {
      env,
    });
  }
}

const hcl = (map: Readonly<Record<string, string>>): string =>
  `{\n${Object.entries(map)
    .map(([key, value]) => `    ${JSON.stringify(key)} = ${JSON.stringify(value)}\n`)
    .join("")}  }`;

/** Terraform's names for resource types of the bridged provider. Other types are not resources of libvirt. */
const types: Readonly<Record<string, string>> = {
  "libvirt:index/pool:Pool": "libvirt_pool",
  "libvirt:index/volume:Volume": "libvirt_volume",
  "libvirt:index/network:Network": "libvirt_network",
  "libvirt:index/combustion:Combustion": "libvirt_combustion",
  "libvirt:index/domain:Domain": "libvirt_domain",
};

/** Inputs for which the bridge uses plural names. */
const singular: Readonly<Record<string, string>> = {
  disks: "disk",
  cmdlines: "cmdline",
  networkInterfaces: "network_interface",
};

/** The lab in Terraform's JSON syntax, with its files. */
export function render(lab: Recipe, uri: string): unknown {
  const resource: Record<string, Record<string, unknown>> = {};
  const add = (type: string, name: string, body: object): void => {
    resource[type] = { ...resource[type], [name]: body };
  };
  const [pool] = ofType(lab, "libvirt:index/pool:Pool");
  for (const one of lab.resources) {
    const type = types[one.type];
    if (type === undefined) continue;
    // The pool's name is not a reference to the pool.
    const inPool = "pool" in one.inputs && pool !== undefined ? { depends_on: [`libvirt_pool.${pool.name}`] } : {};
    add(type, one.name, { ...(converted(one.inputs) as object), ...inPool });
  }

  const texts = scripts(lab);
  for (const { name, address, hostKey, domain } of lab.outputs.nodes) {
    const text = texts[name] ?? "";
    const machine = `libvirt_domain.${domainOf(lab, domain).name}`;
    add("terraform_data", `${name}-configure`, {
      // The script runs again if script or machine changes.
      triggers_replace: [digest(text), `\${${machine}.id}`],
      connection: {
        type: "ssh",
        host: address,
        user: "root",
        private_key: literal(lab.outputs.sshPrivateKey),
        host_key: hostKey,
        agent: false,
        timeout: "10m",
      },
      provisioner: [{ "remote-exec": { script: write(`terraform/${name}.sh`, `#!/bin/sh\n${text}`) } }],
    });
  }

  const namespace = client(lab);
  const [network] = ofType(lab, "libvirt:index/network:Network");
  add("terraform_data", "client", {
    depends_on: network === undefined ? [] : [`libvirt_network.${network.name}`],
    provisioner: [
      { "local-exec": { command: literal(shell(namespace.create, namespace.environment)), quiet: true } },
      {
        "local-exec": {
          command: literal(shell(namespace.delete, namespace.environment)),
          quiet: true,
          when: "destroy",
        },
      },
    ],
  });
  return {
    terraform: { required_providers: { libvirt: { source: "dmacvicar/libvirt" } } },
    provider: { libvirt: { uri } },
    resource,
  };
}

function domainOf(lab: Recipe, domain: string): Registered {
  const found = ofType(lab, "libvirt:index/domain:Domain").find(({ inputs }) => inputs.name === domain);
  if (found === undefined) throw new Error(`the program has no domain ${domain}`);
  return found;
}

/** A shell text with its environment in front, for tools that cannot set one. */
export const shell = (text: string, environment: Readonly<Record<string, string>>): string =>
  [...Object.entries(environment).map(([name, value]) => `${name}=${shellQuote(value)}`), text].join("\n");

/** An input's name in the provider's own schema. */
function converted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(converted);
  if (typeof value === "string") return literal(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      singular[key] ?? key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      converted(inner),
    ]),
  );
}

/** Longer texts become files, because Terraform reads templates character by character, which takes seconds for a seed. */
const longText = 200;

/** A literal text for Terraform, except placeholders for ids of resources. */
function literal(text: string): string {
  if (text.length > longText) return `\${file("${write(`terraform/${digest(text)}.txt`, text)}")}`;
  const quoted = text.replaceAll("${", "$${").replaceAll("%{", "%%{");
  return quoted.replaceAll(references, (_, type: string, name: string) => {
    const id = `${types[type]}.${name}.id`;
    // The provider's id of a seed is the volume's id, a semicolon and a uuid.
    return type.endsWith(":Combustion") ? `\${split(";", ${id})[0]}` : `\${${id}}`;
  });
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
