import * as assert from "node:assert/strict";
import { deployedTopology } from "../../../../operations/engine/deployedTopology";
import { allowedText, valueText } from "../../../../operations/drills/report";
import type { DrillRun } from "../../../../operations/drills/course";
import { reportPage, type Reported } from "../../../../operations/report/page";
import { loadPlots, type Plotter } from "../../../../operations/report/plots";
import { bandsOf, spansOf } from "../../../../operations/report/timelinePlots";
import { recorded, verified } from "../results/examples";

const topology = deployedTopology(recorded.lab ?? assert.fail());
const all: Reported = { ...recorded, topology, now: "2026-11-28T09:00:00.000Z" };

/** What a page would load, run or lead to outside of itself. */
function outside(page: string): string[] {
  const plain = page.replaceAll(/ xmlns(:\w+)?="[^"]*"/g, "");
  return [
    ...(plain.match(/https?:|\/\/[a-z]/gi) ?? []),
    ...(plain.match(/<(script|link|iframe|object|embed|base|form)\b/gi) ?? []),
    ...(plain.match(/<[^>]* on\w+=/gi) ?? []),
    ...(plain.match(/@import|url\((?!#)/gi) ?? []),
    ...(plain.match(/ (src|href|srcset|action)="(?!#|data:image\/svg\+xml;base64,)[^"]*"/gi) ?? []),
  ];
}

const matches = (text: string, form: RegExp): string[] => [...text.matchAll(form)].map(([, found = ""]) => found);

/** The section of a drill. */
const sectionOf = (page: string, drill: string): string =>
  new RegExp(`<section id="drill-${drill}".*?</section>`, "s").exec(page)?.[0] ?? assert.fail(drill);

/** Strokes of the paths in the first plot of a section. */
const strokes = (section: string, colour: string): number => {
  const [plot = ""] = /<svg.*?<\/svg>/s.exec(section) ?? [];
  const groups = [...plot.matchAll(/<g [^>]*aria-label="line"[^>]*>.*?<\/g>/gs)].map(([group]) => group);
  const own = groups.filter((group) => group.includes(`stroke="var(--${colour})"`));
  return own.join("").match(/M/g)?.length ?? 0;
};

describe("the report", function () {
  this.timeout(120_000);
  let plotter: Plotter;
  let page: string;
  before(async () => {
    plotter = await loadPlots();
    page = reportPage(plotter, all);
  });

  it("loads nothing, runs nothing, and leads nowhere else", () => {
    assert.deepEqual(outside(page), []);
    assert.match(
      page,
      /Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"/,
    );
  });

  it("would be caught with something that loads or runs", () => {
    const added = ["<script>1</script>", '<img src="a.png">', '<p onclick="x">', "<style>@import 'x'</style>"];
    for (const one of added) assert.equal(outside(`${page}${one}`).length, 1, one);
    assert.ok(outside(`${page}<a href="https://example.org">x</a>`).length > 0);
  });

  it("has a target for each link and each pattern, and each name once", () => {
    const ids = matches(page, / id="([^"]+)"/g);
    assert.equal(new Set(ids).size, ids.length);
    for (const target of [...matches(page, / href="#([^"]+)"/g), ...matches(page, /url\(#([^)]+)\)/g)])
      assert.ok(ids.includes(target), target);
  });

  it("says in words what each picture shows", () => {
    const plots = matches(page, /<svg (?![^>]*patterns)([^>]*)>/g);
    assert.ok(plots.length >= 3 * 3);
    for (const attributes of plots) assert.match(attributes, /aria-label="[^"]{20,}"/);
    for (const attributes of matches(page, /<img ([^>]*)>/g)) assert.match(attributes, /alt="[^"]{10,}"/);
    assert.equal(matches(page, /(<figure>)/g).length, matches(page, /(<figcaption>)/g).length);
    assert.equal(matches(page, /(<table>)/g).length, matches(page, /(<caption>)/g).length);
  });

  it("has each check with its evidence", () => {
    for (const { name, seen } of all.checks) {
      assert.ok(page.includes(name), name);
      assert.ok(page.includes(seen.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll(">", "&gt;")), seen);
    }
  });

  it("has each figure of the last run of each drill beside its theory", () => {
    const last = new Map(all.runs.map((run) => [run.drill, run]));
    for (const [drill, { figures }] of last)
      for (const figure of figures) {
        const row = `<th scope="row">${figure.name}</th><td>${valueText(figure)}</td><td>${allowedText(figure)}</td>`;
        assert.ok(sectionOf(page, drill).includes(row), row);
      }
  });

  it("draws a tick for each answer, and a cross of two strokes for each request without one", () => {
    const run = all.runs.find(({ drill }) => drill === "card-down") ?? assert.fail();
    const lost = run.timeline.requests.filter(({ by }) => by === undefined).length;
    const answered = run.timeline.requests.length - lost;
    assert.ok(lost > 0 && answered > 0);
    const drawn = (one: DrillRun) => {
      const section = sectionOf(reportPage(plotter, { ...all, runs: [one] }), "card-down");
      return [strokes(section, "answer"), strokes(section, "lost")];
    };
    assert.deepEqual(drawn(run), [answered, 2 * lost]);
    const fewer = run.timeline.requests.filter(({ by }, index) => by !== undefined || index % 2 === 0);
    const lostThen = fewer.filter(({ by }) => by === undefined).length;
    assert.notEqual(lostThen, lost);
    assert.deepEqual(drawn({ ...run, timeline: { ...run.timeline, requests: fewer } }), [answered, 2 * lostThen]);
  });

  it("shows several runs of a drill beside each other", () => {
    const section = sectionOf(page, "split-brain");
    assert.match(section, /beside the theory, 2 runs/);
    assert.match(section, /Every kept run, the newest first/);
    assert.match(section, /4\.76 s ✘/);
  });

  it("shows what was predicted and seen as a table", () => {
    const checks = verified.results.map((one) => ({ ...one, at: all.now }));
    const own = reportPage(plotter, { ...all, checks });
    assert.match(own, /predictions: predicted and seen.*lb1 loses its power.*lb1 &gt; lb2 &gt; lb1/s);
    assert.match(own, /2 of 3 checks passed, failed: addresses/);
  });

  it("takes text of others as text", () => {
    const evil = "<img src=x onerror=alert(1)>\u0007";
    const checks = verified.results.map((one) => ({ ...one, seen: evil, at: all.now }));
    const own = reportPage(plotter, { ...all, checks, topology: { ...topology, description: evil } });
    assert.ok(own.includes("&lt;img src=x onerror=alert(1)&gt;\\u{7}"));
    assert.deepEqual(outside(own), []);
  });

  it("is written without drills, without checks, and names files that it cannot read", () => {
    assert.match(reportPage(plotter, { ...all, runs: [] }), /No drill has run/);
    const none = reportPage(plotter, { ...all, checks: [], unread: ["/state/drills/old.json"] });
    assert.match(none, /No check has run.*another version wrote them: old\.json/s);
  });

  it("draws a run in which nothing was measured", () => {
    const [run = assert.fail()] = all.runs;
    const timeline = { ...run.timeline, requests: [], adverts: [], states: [] };
    const figures = run.figures.map(({ name, what, theory, kind }) => ({ name, what, theory, kind, ok: false }));
    assert.match(reportPage(plotter, { ...all, runs: [{ ...run, figures, timeline }] }), /not seen/);
  });
});

describe("the plots of a run", () => {
  it("have a band from each change of state to the next one", () => {
    const states = [
      { at: -3, node: "a", state: "MASTER" as const },
      { at: -3, node: "b", state: "BACKUP" as const },
      { at: 0.2, node: "a", state: "STOPPED" as const },
      { at: 9, node: "a", state: "MASTER" as const },
    ];
    assert.deepEqual(bandsOf(states, "a", 0, { from: -1, to: 5 }), [
      { row: 0, state: "MASTER", from: -1, to: 0.2 },
      { row: 0, state: "STOPPED", from: 0.2, to: 5 },
    ]);
  });

  it("show a long run twice: around the fault, and as a whole", () => {
    const [{ timeline } = assert.fail()] = all.runs;
    const spans = (to: number) => spansOf({ ...timeline, from: -3, heal: 10, to }).map((one) => [one.from, one.to]);
    assert.deepEqual(spans(20), [[-3, 20]]);
    assert.deepEqual(spansOf({ ...timeline, from: -3, heal: 40, to: 60 }).length, 1, "most of it is around the fault");
    assert.deepEqual(spans(120), [
      [-3, 15],
      [-3, 120],
    ]);
  });
});
