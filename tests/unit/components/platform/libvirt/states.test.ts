import * as assert from "node:assert/strict";
import { parseStates } from "../../../../../components/platform/libvirt/states";

describe("the states of domains", () => {
  it("have one word or two in virsh's list", () => {
    const listed = " 1    dr-web1    running\n -    dr-web2    shut off\n 3    lvs-lab-template-512    paused\n";
    assert.deepEqual(Object.fromEntries(parseStates(listed)), {
      "dr-web1": "running",
      "dr-web2": "shut off",
      "lvs-lab-template-512": "paused",
    });
  });
});
