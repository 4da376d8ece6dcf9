import * as schema from "../../model/topology/schema.json";
import { markdownTable, plain } from "./block";
import { slug } from "./slug";

/** What of JSON Schema the topology's schema uses. */
type Shape = {
  readonly $ref?: string | undefined;
  readonly type?: string;
  readonly description?: string;
  readonly errorMessage?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Shape;
  readonly minItems?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: Shape | boolean;
};

const root = schema as Shape & { readonly definitions: Readonly<Record<string, Shape>> };

/** A shape merged with its reference. Its own keys take precedence. */
function resolved(shape: Shape): Shape {
  const name = shape.$ref?.split("/").at(-1);
  if (name === undefined) return shape;
  return { ...resolved(root.definitions[name] ?? {}), ...shape, $ref: undefined };
}

/** The shape of a map's values; undefined: it is not a map. */
const valuesOf = ({ additionalProperties }: Shape): Shape | undefined =>
  typeof additionalProperties === "object" ? additionalProperties : undefined;

type Section = { readonly path: string; readonly shape: Shape };

/** The sections below a section, in the order of the schema, also those in maps and lists. */
function sectionsBelow(path: string, shape: Shape): Section[] {
  return Object.entries(shape.properties ?? {}).flatMap(([key, value]) => {
    const at = path === "" ? key : `${path}.${key}`;
    const part = resolved(value);
    const [deeper, suffix] = [valuesOf(part), part.items]
      .map((one) => one && resolved(one))
      .flatMap((one, index) => (one === undefined ? [] : [[one, index === 0 ? ".NAME" : "[]"] as const]))[0] ?? [
      part,
      "",
    ];
    if (deeper.properties === undefined) return [];
    return [{ path: `${at}${suffix}`, shape: deeper }, ...sectionsBelow(`${at}${suffix}`, deeper)];
  });
}

/** What a value may be, in words. */
function kind(path: string, value: Shape): string {
  const shape = resolved(value);
  const list = shape.items;
  const map = valuesOf(shape);
  if (list !== undefined) {
    const item = resolved(list);
    return item.properties === undefined ? `list: ${kind(path, list)}` : `list of [parts](#${slug(`${path}[]`)})`;
  }
  if (map !== undefined)
    return resolved(map).properties === undefined ? "map" : `[parts](#${slug(`${path}.NAME`)}) by name`;
  if (shape.properties !== undefined) return `[part](#${slug(path)})`;
  if (shape.enum !== undefined) return shape.enum.map((one) => `\`${String(one)}\``).join(", ");
  if (shape.type === "boolean") return "`true` or `false`";
  if (shape.type === "integer" || shape.type === "number") {
    const word = shape.type === "integer" ? "whole number" : "number";
    return shape.minimum === undefined ? word : `${word}, ${shape.minimum} to ${shape.maximum}`;
  }
  return shape.errorMessage ?? "text";
}

const written = (value: unknown): string =>
  ["string", "number", "boolean"].includes(typeof value) ? `\`${JSON.stringify(value).replaceAll('"', "")}\`` : "";

/** The keys of a section as a table. */
function keys({ path, shape }: Section): string {
  const rows = Object.entries(shape.properties ?? {}).map(([key, value]) => {
    const part = resolved(value);
    const required = shape.required?.includes(key) === true;
    const what = kind(path === "" ? key : `${path}.${key}`, value);
    return [`\`${key}\`${required ? " (required)" : ""}`, what, written(part.default), plain(part.description ?? "")];
  });
  return markdownTable([["key", "value", "default", "meaning"], ...rows]);
}

/** The reference of topology files, from the schema. */
export function topologyPage(): string {
  const sections = sectionsBelow("", root);
  return `# Topology reference

<!-- Generated from model/topology/schema.json by \`npm run docs\`: edits here are lost. -->

A topology file is YAML. This page lists every key; an editor with a YAML language server completes them from the first line of the file:

\`\`\`yaml
# yaml-language-server: $schema=model/topology/schema.json
\`\`\`

The path is that of the schema, seen from the file. What two keys must not say together is in the [rules](rules.md); how a file grows from
nothing is in the [tutorial](tutorial.md). In a path below, \`NAME\` stands for a name that you give, and \`[]\` for an entry of a list.

## A director's own keepalived.conf

A lab can run keepalived.conf files that you bring, byte for byte but for listed changes. Each director names its file; the lab then has no
\`vrrp\`, no \`virtualServers\` and no \`proxy\`, because the files say that. Servers of the role \`server\` stand in for your real servers.

\`\`\`yaml
nodes:
  lb1:
    role: director
    keepalived: ../site/lb1/keepalived.conf
    interfaces:
      eth0: { segment: lan, address: 10.52.2.101, aliases: ["2001:db8:52::101/64"] }
  rs1:
    role: server
    interfaces:
      eth0: { segment: lan, address: 10.52.2.103 }
    serves: [{ protocol: http, port: 80 }, { protocol: dns, port: 53 }]
    holds: ["10.52.2.100/32"]
\`\`\`

- What the file includes comes with it, and so do the scripts that stand beside it: the file's folder stands for /etc/keepalived. If the path
  ends in etc/keepalived/keepalived.conf, the folder around that stands for \`/\`.
- The findings of [\`audit\`](audit.md), its errors too, do not stop the lab: it shows what keepalived makes of the files. \`accept\` accepts them.
- No password comes into the lab. Each is replaced by a stand-in, equal ones by equal ones. Comments that may hold one are left out, and so
  are scripts that seem to hold one. What you write elsewhere, in a script under another name for example, is not recognized.
- A \`digest\` of HTTP_GET or SSL_GET becomes that of the page of the server that stands in.
- A program that the lab has not gets a stand-in: it succeeds until a drill turns it. Programs that ask the machine for something that is not
  in the lab (\`pidof\`, \`systemctl\` …) give way to one in /usr/local/lib/lvs-lab/stand-ins. Tracked processes and files, and users, are made.
- A director in several segments, or with NAT, forwards everything: your own firewall is not part of the lab.

## The file

${keys({ path: "", shape: root })}

${sections.map((section) => `## \`${section.path}\`\n\n${section.shape.description === undefined ? "" : `${section.shape.description}\n\n`}${keys(section)}`).join("\n\n")}
`;
}
