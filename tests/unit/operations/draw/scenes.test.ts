import * as assert from "node:assert/strict";
import { pictureOf } from "../../../../operations/draw/topologyPicture";
import { ranged } from "../../../../operations/draw/ranges";
import type { Line, Scene, Shape } from "../../../../operations/draw/scene";
import { drawText } from "../../../../operations/draw/text";
import { topologyScene } from "../../../../operations/draw/topologyScene";
import type { Mode } from "../../../../operations/draw/walk";
import { walksOf } from "../../../../operations/draw/walks";
import { walkScene } from "../../../../operations/draw/walkScene";
import { textWidth, wrapped } from "../../../../operations/draw/fonts";
import { shippedLabs } from "../../../../operations/topologies";
import { parseTopology } from "../../../../documents/load";
import type { Topology } from "../../../../model/topology/topology";
import { isSite } from "../../../../model/topology/own/config";
import { virtualServicesOf } from "../../../../model/topology/virtualServices";
import { fixture, fixtureNames, lab } from "../../../fixtures";
import { collisionsOf } from "./collisions";

/** The lab scale with this number of web servers. */
const scale = (count: number): Topology =>
  parseTopology(
    {
      name: "scale",
      description: "many web servers",
      segments: { lan: { cidr: "192.168.20.0/24" } },
      nodes: {
        lb1: { role: "director", interfaces: { eth0: { segment: "lan", address: "192.168.20.11" } } },
        web: {
          role: "web",
          count,
          interfaces: { eth0: { segment: "lan", address: "192.168.20.101" } },
          page: "This is {name}",
        },
      },
      client: { segment: "lan", addresses: ["192.168.20.31"] },
      virtualServers: [
        { vip: "192.168.20.100", port: 80, scheduler: "rr", forwarding: "DR", realServers: { web: { weight: 1 } } },
      ],
    },
    "scale.yaml",
  );

const all: readonly Topology[] = [
  ...shippedLabs(),
  ...fixtureNames("valid-").map((name) => fixture(`valid-${name}`)),
  scale(24),
  scale(100),
];

const linesOf = ({ shapes }: Scene): Line[] => shapes.filter((shape): shape is Line => shape.kind === "line");

describe("the pictures' geometry", () => {
  for (const topology of all) {
    const scenes = { graph: topologyScene(pictureOf(topology)), walk: walkScene(topology) };
    for (const [verb, scene] of Object.entries(scenes)) {
      it(`${verb} of ${topology.name}: no label is on a line, on another label or outside, and no line on another one`, () => {
        assert.deepEqual(collisionsOf(scene), []);
      });
    }
  }

  it("no picture of a shipped lab is wider than 1600 pixels, however many web servers it has", () => {
    for (const topology of [...shippedLabs(), scale(24), scale(100)]) {
      for (const { width } of [topologyScene(pictureOf(topology)), walkScene(topology)]) {
        assert.ok(width <= 1600, `${topology.name}: ${width}`);
      }
    }
  });

  it("collisions are found", () => {
    const line: Line = {
      kind: "line",
      name: "1",
      points: [
        { x: 10, y: 50 },
        { x: 190, y: 50 },
      ],
      style: "request",
    };
    const on = (...shapes: Shape[]): string[] =>
      collisionsOf({ width: 200, height: 100, title: "", shapes: [line, ...shapes] });
    const word = (x: number, y: number, text = "word"): Shape => ({ kind: "label", at: { x, y }, text, style: "note" });
    const badge = (y: number, of?: string): Shape => ({
      kind: "badge",
      at: { x: 100, y },
      text: "2",
      style: "request",
      ...(of === undefined ? {} : { on: of }),
    });
    assert.deepEqual(on(word(20, 30)), []);
    assert.deepEqual(on(word(20, 54)), [`"word" meets the line 1`]);
    assert.deepEqual(on(word(20, 30), word(30, 34, "other")), [`"word" meets "other"`]);
    assert.deepEqual(on(word(180, 30)), [`"word" is outside of the picture`]);
    assert.deepEqual(on(badge(50, "1")), []);
    assert.deepEqual(on(badge(50, "2")), ["number 2 meets the line 1"]);
    assert.deepEqual(
      on({
        ...line,
        name: "2",
        points: [
          { x: 100, y: 20 },
          { x: 100, y: 80 },
        ],
      }),
      [],
    );
    assert.deepEqual(
      on({
        ...line,
        name: "2",
        points: [
          { x: 100, y: 51 },
          { x: 199, y: 51 },
        ],
      }),
      ["the line 1 runs on the line 2"],
    );
  });
});

describe("what a picture shows", () => {
  /** Each arrow's number, its kind, and whether it is drawn double or in a tunnel. */
  const arrows = (topology: Topology): string[] => {
    const lines = linesOf(topologyScene(pictureOf(topology))).filter(({ name }) => /^\d/.test(name));
    return lines
      .filter(({ style }) => style !== "tunnel")
      .map(({ name, style, double, end }) => {
        const tunnel = lines.some((other) => other.name === `${name} tunnel`);
        return [
          name,
          style,
          ...(double === true ? ["double"] : []),
          ...(tunnel ? ["tunnel"] : []),
          ...(end === "cross" ? ["lost"] : []),
        ].join(" ");
      });
  };

  const cases: readonly (readonly [lab: string, arrows: readonly string[]])[] = [
    ["dr-keepalived", ["1 request", "2 request", "3 answer"]],
    ["nat", ["1 request", "2 request double", "3 answer double", "4 answer"]],
    ["tun", ["1 request", "2 request tunnel", "3 request tunnel", "4 answer", "5 answer"]],
    ["l7-haproxy", ["1 request", "2 request double", "3 answer double", "4 answer"]],
    ["dr-two-networks-strict", ["1 request", "2 request", "3 answer lost"]],
  ];
  for (const [name, wanted] of cases) {
    it(`${name}: its own kind of arrows`, () => assert.deepEqual(arrows(lab(name)), wanted));
  }

  it("every shipped lab has arrows, and what it balances", () => {
    for (const topology of shippedLabs()) {
      const { walks, services } = pictureOf(topology);
      // The topology of directors that bring their own configurations has no arrows, and gateways have no virtual server.
      if (isSite(topology)) assert.equal(services.length, virtualServicesOf(topology).length, topology.name);
      else assert.ok(walks.length > 0 && services.length > 0, topology.name);
    }
  });

  it("virtual servers with scheduler, persistence, forwarding and weights", () => {
    const lines = (topology: Topology): string[] => {
      const text = drawText(pictureOf(topology)).split("\n");
      const from = text.indexOf("virtual servers") + 1;
      return text.slice(from, text.indexOf("", from)).map((line) => line.trim());
    };
    assert.deepEqual(lines(lab("dr-wrr-persistent")), [
      "10.0.0.13:80 TCP, wrr, DR, persistence 20 s → web03, web04 (weight 1 each)",
    ]);
    assert.deepEqual(lines(lab("nat")), ["10.1.0.13:80 TCP, rr, NAT → web03, web04 (weight 1 each, port 8080)"]);
    assert.equal(lines(lab("schedulers"))[1], "10.4.0.13:8002 TCP, wrr, DR → web1 (weight 3), web2 (weight 1)");
    assert.deepEqual(lines(lab("l7-nginx")), ["10.0.0.3:80 TCP, nginx, layer 7 → web01, web02 (weight 1 each)"]);
    assert.deepEqual(lines(scale(24)), ["192.168.20.100:80 TCP, rr, DR → web1 … web24 (weight 1 each)"]);
  });

  it("gateways and routes, each with its owner", () => {
    const routes = (topology: Topology, name: string) =>
      pictureOf(topology).machines.find((machine) => machine.name === name)?.routes;
    assert.deepEqual(routes(lab("nat"), "web03"), ["gateway 172.16.1.254 (lb03)"]);
    assert.deepEqual(routes(lab("tun"), "lb03"), ["172.16.2.0/24 via 10.2.0.254 (router)"]);
    assert.deepEqual(routes(lab("dr-two-networks"), "lb140"), ["gateway 192.168.0.1 (the host)"]);
    assert.deepEqual(routes(lab("dr-two-networks"), "client"), ["192.168.100.0/24 via 192.168.0.146 (router146)"]);
    assert.deepEqual(routes(lab("dr-keepalived"), "web1"), []);
  });

  it("the machines that wait for the VIP: all of lower priority than its holder", () => {
    const waiting = (name: string): string[] =>
      pictureOf(lab(name))
        .machines.filter(({ standby }) => standby)
        .map((machine) => machine.name);
    assert.deepEqual(waiting("dr-keepalived"), ["beiserver"]);
    assert.deepEqual(waiting("l7-master-low"), ["lb01"]);
    // With equal priorities neither of them waits.
    assert.deepEqual(waiting("dr-two-networks-as-printed"), []);
    assert.deepEqual(waiting("dr-ipvsadm-nfs"), []);
  });

  it("the source of a web server's content", () => {
    const web = pictureOf(lab("dr-ipvsadm-nfs")).machines.find(({ name }) => name === "web1");
    assert.deepEqual(web?.notes, ["real server (RS)", "content from nfs"]);
  });

  it("many machines of the same kind as one box, few of them separately", () => {
    const names = (topology: Topology) => pictureOf(topology).machines.map(({ name }) => name);
    assert.deepEqual(names(scale(4)), ["client", "lb1", "web1", "web2", "web3", "web4"]);
    assert.deepEqual(names(scale(5)), ["client", "lb1", "web1 … web5"]);
    const group = pictureOf(scale(24)).machines.find(({ members }) => members.length > 1);
    assert.equal(group?.members.length, 24);
    assert.deepEqual(group?.notes, ["24 × real server (RS)"]);
    assert.deepEqual(group?.cards, [{ name: "eth0", segment: "lan", addresses: ["192.168.20.101 … .124"] }]);
    assert.deepEqual(group?.vips, ["VIP 192.168.20.100 on lo"]);
  });

  it("different machines as one box if they do not fit side by side", () => {
    const of = lab("nat");
    const web03 = of.nodes.web03 ?? assert.fail("no web03");
    const more = Array.from({ length: 6 }, (_, index) => {
      const name = `extra${index}`;
      const card = { segment: "inside", address: `172.16.1.${30 + 2 * index}`, mac: `52:54:00:00:00:0${index}` };
      return [name, { ...web03, name, gateway: `172.16.1.${100 + index}`, interfaces: { eth0: card } }] as const;
    });
    const { machines } = pictureOf({ ...of, nodes: { ...of.nodes, ...Object.fromEntries(more) } });
    assert.deepEqual(
      machines.map(({ name }) => name),
      ["client", "lb03", "lb04", "web03 and others"],
    );
    assert.equal(machines.at(-1)?.members.length, 8);
  });
});

describe("words in pictures", () => {
  const ranges: readonly (readonly [items: readonly string[], short: readonly string[]])[] = [
    [[], []],
    [["web1"], ["web1"]],
    [
      ["web1", "web2"],
      ["web1", "web2"],
    ],
    [["web1", "web2", "web3"], ["web1 … web3"]],
    [["web08", "web09", "web10"], ["web08 … web10"]],
    [
      ["web1", "web3", "web5"],
      ["web1", "web3", "web5"],
    ],
    [
      ["a1", "b2", "b3", "b4", "c"],
      ["a1", "b2 … b4", "c"],
    ],
    [["10.0.0.9", "10.0.0.10", "10.0.0.11"], ["10.0.0.9 … .11"]],
  ];
  for (const [items, short] of ranges) {
    it(`${items.join(", ") || "nothing"} in short`, () => assert.deepEqual(ranged(items), short));
  }

  it("are wrapped to a width, and a long word gets its own line", () => {
    const text = "one two three abcdefghijklmnopqrstuvwxyz four";
    const lines = wrapped(text, "note", 70);
    assert.deepEqual(lines.join(" "), text);
    assert.ok(
      lines.every((line) => textWidth(line, "note") <= 70 || !line.includes(" ")),
      lines.join("|"),
    );
    assert.ok(lines.includes("abcdefghijklmnopqrstuvwxyz"));
  });

  it("in Chinese have double width", () => {
    assert.equal(textWidth("负载均衡", "note"), 48);
    assert.ok(textWidth("load", "note") < 48);
  });
});

describe("the walk's changes", () => {
  it("every mode is explained, and shown by some shipped lab", () => {
    const shown = new Set<Mode>(shippedLabs().flatMap((topology) => walksOf(topology).map(({ mode }) => mode)));
    assert.deepEqual([...shown].sort(), ["DR", "L7", "NAT", "TUN"]);
  });
});
