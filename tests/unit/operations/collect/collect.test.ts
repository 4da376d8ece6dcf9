import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { audit } from "../../../../model/plan/audit";
import { planOf } from "../../../../model/plan/site";
import { readInput } from "../../../../operations/audit/input";
import { type Collected, collect, type CollectOptions, targetsOf } from "../../../../operations/collect";
import { collectErrors, collectText } from "../../../../operations/collect/report";
import { Temporary } from "../../../../operations/temporary";
import { Sshd } from "../../../sshd";

const conf = (priority: number, password: string): string => `global_defs {
  router_id lb${priority}
}
$SECOND=${password}
include /etc/keepalived/conf.d/*.conf
include none.conf
vrrp_script check {
  script "/bin/sh /etc/keepalived/check.sh --token=t0ken"
}
vrrp_instance VI_1 {
  state BACKUP
  interface eth0
  virtual_router_id 51
  priority ${priority}
  authentication {
    auth_type PASS
    auth_pass ${password} # was auth_pass old4secret
  }
  virtual_ipaddress {
    192.0.2.100
  }
  track_script {
    check
  }
}
`;

const haproxy = "listen stats\n  bind 192.0.2.100:80\n  stats auth admin:st4tspass\n";
const address = (last: number): string =>
  `[{"ifname":"eth0","addr_info":[{"local":"192.0.2.${last}","prefixlen":24}]}]\n`;

/** The files of a machine, by their paths there; bin/ has stand-ins for its commands. */
const machine = (last: number, priority: number, password: string): Readonly<Record<string, string>> => ({
  "etc/keepalived/keepalived.conf": conf(priority, password),
  "etc/keepalived/conf.d/a.conf": "! an odd name, and no line end at the end",
  "etc/keepalived/conf.d/large.conf": `# ${"x".repeat(5 * 1024 * 1024)}\n`,
  "etc/keepalived/check.sh": "#!/bin/sh\nDB_PASSWORD=scr1ptpass\nexit 0\n",
  "etc/keepalived/old.conf.bak": "vrrp_instance OLD { authentication { auth_pass b4ckup } }\n",
  "etc/haproxy/haproxy.cfg": haproxy,
  "etc/nginx/nginx.conf": "http {\n  include conf.d/*.conf;\n}\n",
  "etc/nginx/conf.d/site.conf": "server {\n  listen 192.0.2.100:443;\n}\n",
  "bin/ip": `#!/bin/sh\ncase "$*" in "-json address") printf '%s' '${address(last)}' ;; "-json route") echo '[]' ;; *) exit 1 ;; esac\n`,
  "bin/keepalived": "#!/bin/sh\necho 'Keepalived v2.2.7 (01/16,2022)' >&2\n",
});

describe("lab collect", () => {
  it("names a machine after its host, and refuses all that is wrong at once", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
    const site = path.join(folder, "site");
    const named = (...words: readonly string[]): readonly string[] => targetsOf(words, site).map(({ name }) => name);
    assert.deepEqual(
      named(
        "root@lb1.example.com",
        "lb2",
        "db=root@lb3",
        "ssh://root@lb4.example.com:2222",
        "root@192.0.2.7",
        "root@2001:db8::1",
      ),
      ["lb1", "lb2", "db", "lb4", "192.0.2.7", "2001-db8--1"],
    );
    fs.mkdirSync(path.join(site, "lb1"), { recursive: true });
    for (const problem of [
      /got \S*site\/lb1, which exists, need a new folder/,
      /got a@lb2 and b@lb2, both of the name lb2, need NAME=b@lb2/,
      /got -oProxyCommand=x, need USER@HOST/,
      /got root@, need USER@HOST/,
    ])
      assert.throws(() => targetsOf(["root@lb1", "a@lb2", "b@lb2", "-oProxyCommand=x", "root@"], site), problem);
    fs.rmSync(folder, { recursive: true });
  });

  describe("with a real sshd on loopback", function () {
    this.timeout(60_000);
    const sshd = new Sshd(new Temporary());
    const at = (...names: readonly string[]): string => sshd.folder.at(...names);
    const before_ = process.env.PATH;

    /** A machine is a mount namespace in which its files stand at their places. */
    function make(name: string, files: Readonly<Record<string, string>>): void {
      for (const [file, text] of Object.entries(files)) {
        fs.mkdirSync(path.dirname(at(name, file)), { recursive: true });
        fs.writeFileSync(at(name, file), text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
      }
    }

    before(async () => {
      make("lb1", machine(11, 100, "s3same"));
      make("lb2", machine(12, 90, "s3same"));
      make("lb3", { "etc/haproxy/haproxy.cfg": haproxy, "etc/nginx/none": "", "etc/keepalived/other": "" });
      const become = process.getuid?.() === 0 ? "" : "--map-root-user";
      fs.writeFileSync(
        at("machine"),
        `#!/bin/sh\nexec unshare --mount ${become} sh -c 'for at in keepalived haproxy nginx; do mount --bind "$1/etc/$at" "/etc/$at"; done; PATH=$1/bin:$PATH; echo "Welcome to $MACHINE"; eval "$SSH_ORIGINAL_COMMAND"' machine "${at()}/$MACHINE"\n`,
        { mode: 0o755 },
      );
      await sshd.start({ ForceCommand: at("machine"), AcceptEnv: "MACHINE" });
      const key = fs.readFileSync(at("host.pub"), "utf8");
      fs.writeFileSync(at("known_hosts"), `[127.0.0.1]:${sshd.port} ${key}`);
      const config = (name: string, port: number): string =>
        `Host ${name}\n  HostName 127.0.0.1\n  Port ${port}\n  User ${os.userInfo().username}\n  IdentityFile ${at("key")}\n  UserKnownHostsFile ${at("known_hosts")}\n  SetEnv MACHINE=${name}\n`;
      fs.writeFileSync(
        at("config"),
        [...["lb1", "lb2", "lb3"].map((name) => config(name, sshd.port)), config("nobody", 1)].join(""),
      );
      fs.mkdirSync(at("bin"));
      fs.writeFileSync(at("bin", "ssh"), `#!/bin/sh\nexec /usr/bin/ssh -F '${at("config")}' "$@"\n`, { mode: 0o755 });
      process.env.PATH = `${at("bin")}:${before_}`;
    });
    after(() => {
      process.env.PATH = before_;
      sshd.stop();
    });

    const fetch = (
      site: string,
      words: readonly string[],
      options: Partial<CollectOptions> = {},
    ): Promise<readonly Collected[]> =>
      collect(targetsOf(words, at(site)), { site: at(site), isSudo: false, hasPasswords: false, ...options });
    const read = (...names: readonly string[]): string => fs.readFileSync(at(...names), "utf8");

    /** What the host of this test may have or not. */
    const ofHost = /^(?:sysctl\.conf|bin\/sh|.*ipvsadm.*|.*tables.*)$/;

    it("fetches what audit reads, side by side, and lists what is not there", async () => {
      const all = await fetch("one", ["lb1", "lb2"]);
      assert.deepEqual(collectErrors(all), []);
      for (const { name, files, unread } of all) {
        assert.deepEqual(
          files.filter((file) => !ofHost.test(file)),
          [
            "address.json",
            "etc/haproxy/haproxy.cfg",
            "etc/keepalived/check.sh",
            "etc/keepalived/conf.d/a.conf",
            "etc/keepalived/keepalived.conf",
            "etc/nginx/conf.d/site.conf",
            "etc/nginx/nginx.conf",
            "keepalived.version",
            "route.json",
          ],
          name,
        );
        assert.deepEqual([...unread].sort(), [
          "/etc/keepalived/conf.d/large.conf (it has more than 4 MiB)",
          "/etc/keepalived/none.conf (it does not exist)",
          "route6.json (its command failed with exit code 1)",
        ]);
      }
      assert.equal(read("one", "lb1", "etc/keepalived/conf.d/a.conf"), "! an odd name, and no line end at the end");
      assert.match(read("one", "lb1", "sysctl.conf"), /^net\/ipv4\/ip_forward = [01]$/m);
      assert.ok(fs.statSync(at("one", "lb1", "etc/keepalived/check.sh")).mode & 0o100);
      assert.match(collectText("one", all), /one\/lb1: \d+ files: [^]*\n {4}not read: \/etc\/keepalived\/none\.conf/);
      assert.deepEqual(fs.readdirSync(at("one")).sort(), ["lb1", "lb2"]);
    });

    it("masks passwords: none is left, and equal ones stay equal for audit", async () => {
      await fetch("masked", ["lb1", "lb2"]);
      for (const name of ["lb1", "lb2"])
        for (const file of fs.readdirSync(at("masked", name), { recursive: true, encoding: "utf8" }))
          if (fs.statSync(at("masked", name, file)).isFile())
            assert.doesNotMatch(
              read("masked", name, file),
              /s3same|old4secret|t0ken|scr1ptpass|st4tspass|b4ckup/,
              file,
            );
      const { machines, facts } = readInput([at("masked")]);
      const rules = audit(planOf(machines, facts)).map(({ rule }) => rule);
      assert.ok(!rules.includes("auth-differs"), rules.join(", "));
      assert.ok(!rules.includes("clamped-value"), rules.join(", "));
      make("lb2", machine(12, 90, "an0ther-long-one"));
      await fetch("differ", ["lb1", "lb2"]);
      make("lb2", machine(12, 90, "s3same"));
      const differ = readInput([at("differ")]);
      const found = audit(planOf(differ.machines, differ.facts)).map(({ rule }) => rule);
      assert.ok(found.includes("auth-differs") && found.includes("clamped-value"), found.join(", "));
    });

    it("leaves files as they are with --with-passwords", async () => {
      await fetch("open", ["lb1"], { hasPasswords: true });
      assert.equal(read("open", "lb1", "etc/keepalived/keepalived.conf"), conf(100, "s3same"));
      assert.equal(read("open", "lb1", "etc/haproxy/haproxy.cfg"), haproxy);
    });

    it("has one clear error for each machine that cannot be read, and no folder of it", async () => {
      const all = await fetch("some", ["lb1", "lb3", "nobody"]);
      const [absent = "", refused = "", ...more] = collectErrors(all);
      assert.deepEqual(more, []);
      assert.equal(absent, "lb3: ssh lb3: /etc/keepalived/keepalived.conf does not exist there");
      assert.match(refused, /^nobody: ssh nobody: .*[Cc]onnect/);
      assert.deepEqual(fs.readdirSync(at("some")), ["lb1"]);
      assert.deepEqual(
        fs.readdirSync(at()).filter((name) => name.includes(".collect-")),
        [],
      );
      assert.throws(() => targetsOf(["lb1"], at("some")), /some\/lb1, which exists/);
    });

    it("stops at a host key that is not known, and makes nothing", async () => {
      fs.renameSync(at("known_hosts"), at("known"));
      const all = await fetch("unknown", ["lb1"]);
      fs.renameSync(at("known"), at("known_hosts"));
      assert.match(collectErrors(all).join(), /Host key verification failed/);
      assert.ok(!fs.existsSync(at("unknown")));
    });
  });
});
