import { shippedLabs } from "../../../cli/topologies";
import { checksOf, type Control, edited } from "./control";
import type { Proof } from "./proof";

/** Labs with their own test file. */
export const elsewhere = ["dr-keepalived", "dr-ipvsadm-nfs", "dr-two-networks", "nat", "scale", "schedulers", "tun"];

/**
 * Checks that fail by a document's mistake, in labs that are built as printed: those that show it best. A strict router breaks nearly everything,
 * and each unanswered request takes time.
 */
export const failing: Readonly<Record<string, readonly string[]>> = {
  "dr-two-networks-as-printed": ["preempt", "router-ids"],
  "dr-two-networks-strict": ["without-router"],
  "l7-nginx-as-printed": ["case-both-backup-nopreempt"],
};

const conf = "/etc/keepalived/keepalived.conf";
const reload = "systemctl reload keepalived";
/** What is broken in the other labs while they run. */
export const controls: Readonly<Record<string, readonly Control[]>> = {
  "dr-wrr-persistent": [
    {
      node: "lb03",
      damage: "ipvsadm -E -t 10.0.0.13:80 -s wrr; ipvsadm --set 900 120 300",
      mend: "ipvsadm -E -t 10.0.0.13:80 -s wrr -p 20; ipvsadm --set 30 5 60",
      says: {
        persistence: /10\.0\.0\.\d+: was served by web0., web0. through 10\.0\.0\.13:80, must stay on one/,
        timeouts: /lb03: the timeouts \(tcp tcpfin udp\) is 900 120 300, must be 30 5 60/,
      },
    },
  ],
  // On both, because the other one has the VIP while one is restarted.
  "dr-wrr-persistent-keepalived": ["lb03", "lb04"].map((node) => ({
    node,
    ...edited(conf, "s,10.0.0.13/24,10.0.0.13/32,", "systemctl restart keepalived"),
    says: { "vip-secondary": /lb0.: holds 10\.0\.0\.13\/32, must be \/24/ },
  })),
  "l7-haproxy": [
    {
      node: "lb02",
      damage:
        "systemctl -q disable haproxy; chmod 777 /etc/keepalived/haproxy_check.sh; echo '#' >>/etc/keepalived/haproxy_check.sh",
      mend: "systemctl -q enable haproxy; chmod 755 /etc/keepalived/haproxy_check.sh; sed -i '$d' /etc/keepalived/haproxy_check.sh",
      says: {
        proxies: /lb02: haproxy\.service at boot is disabled, must be enabled/,
        "check-script": /lb02: \/etc\/keepalived\/haproxy_check\.sh is not the lab's/,
        "script-security": /lb02: the script's mode and owner is 777 root, must be 755 root/,
      },
    },
  ],
  "l7-nginx": ["lb01", "lb02"].map((node) => ({
    node,
    ...edited(conf, "/nopreempt/d", reload),
    says: {
      "first-started": /with keepalived started on lb01 after it the VIP is held by lb01, must be lb02/,
      "case-both-backup-nopreempt": /lb01 is back and the VIP is held by lb01, must be lb02/,
      "vip-moves": /the MASTER changed 2 times, must be 1/,
    },
  })),
};

/** Labs with different segments, so that one libvirt can run both at once. */
export const beside = ["dr-keepalived-nopreempt", "dr-keepalived-preempt-delay"] as const;

/** What is broken in the second of them. */
export const delayed: readonly Control[] = [
  {
    node: "zhuserver",
    ...edited(conf, "/preempt_delay/d", reload),
    says: { "preempt-delay": /zhuserver had the VIP \d\.\d s after its start, must wait 15 s/ },
  },
];

/** The labs that have no other test file and come up one after another. */
export const alone = shippedLabs().filter(({ name }) => ![...elsewhere, ...beside].includes(name));

export const proofs: readonly Proof[] = [
  ...alone.map(({ name, form }): Proof => {
    const broken = checksOf(controls[name] ?? []);
    return form === "as-printed"
      ? { lab: name, passes: ["addresses"], fails: [...(failing[name] ?? []), ...broken] }
      : { lab: name, passes: "every check", fails: broken };
  }),
  { lab: beside[0], passes: "every check", fails: [] },
  { lab: beside[1], passes: "every check", fails: checksOf(delayed) },
];
