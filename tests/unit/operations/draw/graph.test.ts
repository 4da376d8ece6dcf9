import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { graph, walk } from "../../../../operations/draw";
import { layoutOf } from "../../../../operations/draw/layout";
import { drawMermaid } from "../../../../operations/draw/mermaid";
import type { Picture } from "../../../../operations/draw/picture";
import { pictureOf } from "../../../../operations/draw/topologyPicture";
import { drawSvg } from "../../../../operations/draw/svg";
import { drawText } from "../../../../operations/draw/text";
import { topologyScene } from "../../../../operations/draw/topologyScene";
import { inRoot } from "../../../../operations/paths";
import { walkScene } from "../../../../operations/draw/walkScene";
import { shippedLabs } from "../../../../operations/topologies";
import { renderNetworkXslt } from "../../../../components/platform/libvirt/segment";
import type { Topology } from "../../../../model/topology/topology";
import { fixture, lab } from "../../../fixtures";
import { golden, goldenFiles } from "../../../golden";

const cases: readonly Topology[] = [
  lab("dr-keepalived"),
  lab("nat"),
  lab("tun"),
  fixture("valid-full"),
  fixture("valid-client-vm"),
  fixture("valid-servers"),
  fixture("valid-site-crossed"),
];
const forms = { txt: drawText, svg: (picture: Picture) => drawSvg(topologyScene(picture)), mmd: drawMermaid };

/** Three segments in a row, and a machine in the first and the last one: its wire passes the row in between. */
const long = (): Topology => {
  const of = lab("tun");
  const [web03, router] = [of.nodes.web03, of.nodes.router];
  if (web03 === undefined || router === undefined) throw new Error("tun has web03 and router");
  const card = (segment: string, address: string) => ({ segment, address, mac: "52:54:00:00:00:01" });
  return {
    ...of,
    segments: { ...of.segments, last: { cidr: "10.9.0.0/24", mode: "isolated", hostAddress: "10.9.0.1" } },
    nodes: {
      ...of.nodes,
      second: {
        ...router,
        name: "second",
        interfaces: { eth0: card("far", "172.16.2.3"), eth1: card("last", "10.9.0.3") },
      },
      jump: {
        ...router,
        name: "jump",
        interfaces: { eth0: card("near", "10.2.0.9"), eth1: card("last", "10.9.0.9") },
      },
    },
  };
};

describe("lab graph", () => {
  for (const topology of cases) {
    for (const [ending, draw] of Object.entries(forms)) {
      it(`draws ${topology.name} as ${ending}`, () => {
        golden(`graph/${topology.name}.${ending}`, draw(pictureOf(topology)));
      });
    }
  }
  it("has no golden file without a case", () => {
    const wanted = cases.flatMap(({ name }) => Object.keys(forms).map((ending) => `${name}.${ending}`));
    assert.deepEqual(goldenFiles("graph"), wanted.sort());
  });

  it("puts no machine on another machine or its wire", () => {
    for (const topology of [...cases, ...shippedLabs(), long()]) {
      const { places } = layoutOf(pictureOf(topology));
      const cells = places.flatMap(({ row, column, segments }) => {
        const down = Math.max(row, segments.at(-1) ?? 0);
        return Array.from({ length: down - row + 1 }, (_, index) => `${row + index} ${column}`);
      });
      assert.equal(new Set(cells).size, cells.length, topology.name);
    }
  });

  it("leads a wire around the rows and lines in between", () => {
    const lines = drawText(pictureOf(long())).split("\n");
    const far = lines.find((line) => line.endsWith("far 172.16.2.0/24")) ?? "";
    const last = lines.find((line) => line.endsWith("last 10.9.0.0/24")) ?? "";
    const wires = Array.from(last).flatMap((char, index) => (char === "╧" ? [index] : []));
    // One wire begins there, the other passes under it.
    assert.deepEqual(new Set(wires.map((index) => far[index])), new Set(["╤", "═"]));
    assert.equal(wires.length, 2);
  });

  it("is XML without external references, for any description", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
    const sheet = path.join(folder, "sheet.xsl");
    fs.writeFileSync(sheet, renderNetworkXslt({ hostAddress: "10.0.0.1" }));
    const odd = { ...lab("dr-keepalived"), description: `<a> & "b" 'c' </style>` };
    for (const svg of [...cases, odd].flatMap((topology) =>
      [topologyScene(pictureOf(topology)), walkScene(topology)].map(drawSvg),
    )) {
      // Any stylesheet will do: xsltproc refuses a text that is not XML.
      execFileSync("xsltproc", ["--nonet", sheet, "-"], { input: svg });
      assert.doesNotMatch(svg, /href|@import|url\(|<script/);
    }
    fs.rmSync(folder, { recursive: true });
  });

  it("has colours for light and dark pages, the same classes in both", () => {
    const svg = drawSvg(topologyScene(pictureOf(lab("tun"))));
    const [light = "", dark = ""] = svg.split("@media (prefers-color-scheme:dark){");
    const coloured = (sheet: string): string[] =>
      [...sheet.matchAll(/^(\S+)\{(?:fill|stroke):#/gm)].map(([, selector]) => selector ?? "");
    assert.ok(coloured(light).length > 20);
    assert.deepEqual(coloured(dark), coloured(light));
  });

  it("draws the same each time", () => {
    for (const topology of cases)
      assert.equal(drawSvg(topologyScene(pictureOf(topology))), drawSvg(topologyScene(pictureOf(topology))));
  });

  it("accepts one form at a time", () => {
    const of = { file: inRoot("labs", "dr-keepalived.yaml") };
    assert.throws(() => graph(of, { svg: true, mermaid: true }), /graph: got --svg and --mermaid, need one of them/);
    assert.throws(() => walk(of, { svg: true, mermaid: true }), /walk: got --svg and --mermaid, need one of them/);
  });

  it("matches README's picture (npm run docs)", () => {
    const file = inRoot("docs", "dr-keepalived.svg");
    assert.equal(
      fs.readFileSync(file, "utf8"),
      drawSvg(topologyScene(pictureOf(lab("dr-keepalived")))),
      "npm run docs",
    );
    assert.match(fs.readFileSync(inRoot("README.md"), "utf8"), new RegExp(path.relative(inRoot(), file)));
  });
});
