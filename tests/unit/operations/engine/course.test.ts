import * as assert from "node:assert/strict";
import {
  type RunMachines,
  type Course,
  courseLines,
  follow,
  lineOf,
  waitingLine,
} from "../../../../operations/engine/course";
import { coloured, plain, widthOf } from "../../../../operations/terminal/terminal";
import { golden, goldenFiles } from "../../../golden";
import { beginning, failure, guest, inOrder, type Moment, shared, step } from "./run";

const lab = "dr-keepalived";
const machines: RunMachines = {
  lab,
  roles: { zhuserver: "director", beiserver: "director", web1: "web", web2: "web" },
};

const whole = inOrder(
  beginning(lab),
  shared(lab),
  guest(lab, "zhuserver", 2.2, 7.4),
  guest(lab, "beiserver", 2.4, 8.1),
  guest(lab, "web1", 2.3, 8.4),
  guest(lab, "web2", 2.5, 9),
  step(lab, "web1-configure", 8.4, 11.2),
  step(lab, "web2-configure", 9, 12.1),
  step(lab, "zhuserver-configure", 12.1, 15.3),
  step(lab, "beiserver-configure", 12.1, 15.9),
);
const broken = inOrder(
  beginning(lab),
  shared(lab),
  guest(lab, "zhuserver", 2.2, 7.4),
  guest(lab, "beiserver", 2.4, 8.1),
  guest(lab, "web1", 2.3, 8.4),
  failure(lab, "web2-domain", 2, 2.5, "error creating libvirt domain"),
  failure(lab, "web1-configure", 8.4, 11.2, "exit status 1"),
);
const again = inOrder(
  ["pool", "lan-network", "zhuserver-domain", "zhuserver-ready", "beiserver-configure", "web1-disk"].flatMap((name) =>
    step(lab, name, 1, 1.1, "same"),
  ),
  // With another identity the disk is replaced with its guest.
  step(lab, "web2-domain", 1.2, 1.5, "delete-replaced"),
  step(lab, "web2-disk", 1.5, 1.6, "delete-replaced"),
  step(lab, "web2-disk", 1.6, 1.6, "replace"),
  step(lab, "web2-disk", 1.6, 1.8, "create-replacement"),
  step(lab, "web2-domain", 1.8, 2.4, "create-replacement"),
  step(lab, "web2-ready", 2.4, 9, "create-replacement"),
  step(lab, "web2-configure", 9, 11, "create-replacement"),
);
const gone = inOrder(
  ["zhuserver", "web1"].flatMap((node) => step(lab, `${node}-configure`, 0.1, 0.1, "delete")),
  step(lab, "zhuserver-domain", 0.2, 0.8, "delete"),
  step(lab, "web1-domain", 0.2, 0.9, "delete"),
  step(lab, "zhuserver-disk", 0.8, 1, "delete"),
  step(lab, "client-namespace", 0.2, 0.5, "delete"),
  step(lab, "pool", 1.2, 1.4, "delete"),
);
const RUNS = { whole, broken, again, gone } as const;

const courseAt = (moments: readonly Moment[], at: number): Course =>
  moments.reduce<Course>((course, [when, event]) => (when <= at ? follow(course, machines, event, when) : course), {});
const wide = { columns: 100, rows: 20, paint: plain };

describe("the course of a run", () => {
  for (const [name, moments] of Object.entries(RUNS)) {
    it(`${name}: frame by frame`, () => {
      const end = Math.ceil(moments.at(-1)?.[0] ?? 0);
      const frames = Array.from({ length: end + 1 }, (_, at) =>
        [`--- ${at} s`, ...courseLines(courseAt(moments, at), machines, at, wide)].join("\n"),
      );
      golden(`course/${name}.frames`, `${frames.join("\n")}\n`);
    });

    it(`${name}: line by line if nothing is drawn`, () => {
      let course: Course = {};
      const lines = moments.flatMap(([at, event]) => {
        course = follow(course, machines, event, at);
        return lineOf(course, machines, event, at) ?? [];
      });
      golden(`course/${name}.lines`, `${lines.join("\n")}\n`);
    });
  }

  it("has no orphans among its golden files", () => {
    const names = Object.keys(RUNS).flatMap((name) => [`${name}.frames`, `${name}.lines`]);
    assert.deepEqual(goldenFiles("course"), names.sort());
  });

  it("says what is running when nothing has ended for a while", () => {
    assert.equal(
      waitingLine(courseAt(whole, 5), machines, 5),
      "   5.0 s  under way: zhuserver (waits for SSH 2 s), beiserver (waits for SSH 2 s), web1 (waits for SSH 2 s), web2 (waits for SSH 2 s)",
    );
    assert.equal(waitingLine(courseAt(whole, 16), machines, 16), undefined);
  });

  it("fits every terminal, wide characters too, whatever its colours", () => {
    const wideCast: RunMachines = { lab, roles: { ...machines.roles, 主服务器: "director" } };
    for (const columns of [1, 2, 9, 20, 33, 40, 79, 200])
      for (const paint of [plain, coloured])
        for (const at of [0, 1.4, 5, 9.5, 13, 16])
          for (const line of courseLines(courseAt(whole, at), wideCast, at, { columns, rows: 20, paint }))
            assert.ok(widthOf(line) <= columns, `${columns}: ${line}`);
  });

  it("shows failed and running rows first if there is no room for all", () => {
    const lines = (rows: number) => courseLines(courseAt(broken, 9), machines, 9, { ...wide, rows });
    assert.equal(lines(6).length, 6);
    assert.deepEqual(
      lines(4).map((line) => line.replace(/ .*more/, " more").split(" ")[0]),
      ["zhuserver", "web1", "web2", "…"],
    );
    assert.equal(lines(4).at(-1), "… and 3 more: 1 waiting, 2 done");
    assert.deepEqual(lines(1), ["… and 6 more: 1 failed, 1 busy, 2 waiting, 2 done"]);
  });

  it("does not take a segment for a machine of the same name", () => {
    const course = inOrder(step(lab, "web1-network", 0, 1)).reduce<Course>(
      (so, [at, event]) => follow(so, machines, event, at),
      {},
    );
    assert.deepEqual(Object.keys(course), ["lab"]);
  });
});
