import * as assert from "node:assert/strict";
import { Libvirts } from "../../../../../components/platform/libvirt/libvirts";
import { programs } from "./programs";

describe("libvirts", () => {
  const OWN = "qemu+unix:///system?socket=/run/unit/libvirt/libvirt-sock";
  const OTHER = "qemu+ssh://far/system";
  let ran: string[];

  /** Libvirts of a host where these addresses answer. */
  const answering = (...uris: readonly string[]): Libvirts =>
    new Libvirts(
      {
        ...programs,
        run: ([program, verb]) => {
          ran.push(`${program} ${verb}`);
          return Promise.resolve(verb === "uri" ? `${OWN}\n` : "");
        },
        tryRun: (argv) => {
          ran.push(argv.join(" "));
          return Promise.resolve({ code: uris.includes(argv[2] ?? "") ? 0 : 1, stdout: "", stderr: "" });
        },
      },
      { script: (name) => name, stateDir: "/nowhere" },
    );
  beforeEach(() => {
    ran = [];
  });

  for (const way of ["standing", "ready"] as const) {
    it(`(${way}) takes the configured one if it answers, and asks once`, async () => {
      const host = await answering(OTHER)[way](OTHER);
      assert.deepEqual([host?.uri, host?.embedded], [OTHER, false]);
      assert.deepEqual(ran, ["libvirtd uri", `virsh -c ${OTHER} uri`]);
    });

    for (const silent of [OTHER, "qemu:///system"])
      it(`(${way}) refuses ${silent} if it is configured and does not answer`, async () => {
        await assert.rejects(answering()[way](silent), {
          message: `libvirt:uri: nothing answers at ${silent} (start that libvirt, or remove the setting to use the embedded one)`,
        });
      });
  }

  it("starts the embedded one for a lab that is about to use it, but not to look whether it stands", async () => {
    const libvirts = answering();
    assert.equal(await libvirts.standing(OWN), undefined);
    assert.deepEqual(ran, ["libvirtd uri"]);
    const host = await libvirts.ready(OWN);
    assert.deepEqual([host.uri, host.embedded], [OWN, true]);
    assert.equal((await libvirts.at(OWN)).embedded, true);
    assert.equal((await libvirts.at(OTHER)).embedded, false);
    assert.deepEqual(ran, ["libvirtd uri", "libvirtd start"], "its address is asked for once");
  });
});
