import * as assert from "node:assert/strict";
import { tooFull } from "../../../../operations/engine/room";

const MiB = 1024 * 1024;

describe("room on the disks", () => {
  const pool = { folder: "/pool", free: 400 * MiB, needed: 399 * MiB, what: "the image and 2 guests" };

  it("is enough", () => {
    assert.equal(tooFull([pool, { ...pool, folder: "/state", needed: 400 * MiB }]), undefined);
  });

  it("names the folder, what is free and needed, and the fix", () => {
    assert.equal(
      tooFull([pool, { folder: "/state", free: 3.2 * MiB, needed: 16 * MiB, what: "Pulumi's state" }]),
      "/state: a disk is full: 4 MiB are free, need 16 for Pulumi's state (fix: make room there, then run the same again)",
    );
  });
});
